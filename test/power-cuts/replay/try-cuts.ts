/** Cuts the power at many places of a recording, in many ways, and has each state checked. */
import { type CrashState, crashState, type Manner, writeState } from './crash-state.ts'
import { DiskModel } from './disk-model.ts'
import { type Random, randomFrom } from './random.ts'
import type { Operation } from './read-log.ts'

/** One side of PhotoFerry, recorded at work. */
export interface Recording {
  /** `server` or `client`. */
  readonly side: string
  readonly operations: readonly Operation[]
  /** Absolute path of the folder that the states are written into: where the recorded one was. */
  readonly root: string
  /** Counts of operations after which the side had just told something that a power cut may not take back. */
  readonly tellings: readonly number[]
  /**
   * Starts the side on the state in `root`.
   * @param position so many operations were done before the power cut
   * @param isFinishing whether all work is also to be finished, and everything compared
   * @returns what is wrong, in sentences
   */
  check(position: number, isFinishing: boolean): Promise<readonly string[]>
}

export interface CutOptions {
  readonly seed: number
  /** How many states to make. */
  readonly cuts: number
  /** Stop after so many seconds, whatever is left. */
  readonly seconds?: number
  /** Make only the cut with this number, as a failure names it. */
  readonly only?: number
}

export interface CutFailure {
  /** Number of the cut: with the same seed, count and log it is the same again. */
  readonly cut: number
  readonly position: number
  readonly state: Pick<CrashState, 'order' | 'manner' | 'files' | 'folders'>
  readonly problems: readonly string[]
}

export interface CutReport {
  readonly side: string
  readonly seed: number
  readonly operations: number
  /** States made. */
  readonly states: number
  /** Of those, the ones that differ from each other. */
  readonly distinct: number
  /** States that were started; a state is not started again with the same promises. */
  readonly checked: number
  readonly finished: number
  readonly seconds: number
  readonly failures: readonly CutFailure[]
}

/** Of every so many states the work is finished too. */
const finishEvery = 20

interface Cut {
  readonly number: number
  readonly position: number
  readonly manner: Manner | undefined
}

/** Right after each telling what was told must be there even if nothing else is; the other cuts are anywhere. */
function plan({ operations, tellings }: Recording, { seed, cuts }: CutOptions): Cut[] {
  const random = randomFrom(seed)
  const worst = tellings.flatMap((position) =>
    (['nothing', 'names'] as const).map((manner) => ({ position, manner })),
  )
  const chosen = sample(worst, Math.floor(cuts / 2), random)
  const rest = Array.from({ length: cuts - chosen.length }, (_, index) => {
    const share = (index + random.next()) / (cuts - chosen.length)
    return { position: 1 + Math.floor(share * operations.length), manner: undefined }
  })
  return [...chosen, ...rest]
    .map((cut) => ({ ...cut, position: Math.min(cut.position, operations.length) }))
    .sort((a, b) => a.position - b.position)
    .map((cut, number) => ({ ...cut, number }))
}

function sample<Value>(values: readonly Value[], count: number, random: Random): readonly Value[] {
  if (values.length <= count) return values
  return values
    .map((value) => ({ value, at: random.next() }))
    .sort((a, b) => a.at - b.at)
    .slice(0, count)
    .map(({ value }) => value)
}

/** @param onFailure called at each, before the next cut */
export async function tryCuts(
  recording: Recording,
  options: CutOptions,
  onFailure: (failure: CutFailure) => void = () => undefined,
): Promise<CutReport> {
  const startedMs = performance.now()
  const { side, operations, root, tellings } = recording
  const { seed, seconds = Number.POSITIVE_INFINITY, only } = options
  const disk = new DiskModel()
  const hashes = new Set<string>()
  const checked = new Set<string>()
  const failures: CutFailure[] = []
  let [applied, states, finished] = [0, 0, 0]
  for (const { number, position, manner } of inTime(plan(recording, options), seconds)) {
    for (; applied < position; applied += 1) disk.apply(operations[applied] as Operation)
    if (only !== undefined && only !== number) continue
    const state = crashState(disk, randomFrom(seed * 1_000_003 + number), manner)
    states += 1
    hashes.add(state.hash)
    const told = tellings.filter((telling) => telling <= position).length
    if (checked.has(`${told} ${state.hash}`)) continue
    checked.add(`${told} ${state.hash}`)
    const isFinishing = only !== undefined || checked.size % finishEvery === 0
    if (isFinishing) finished += 1
    writeState(state, root)
    const problems = await recording.check(position, isFinishing)
    if (problems.length === 0) continue
    const failure = { cut: number, position, state, problems }
    failures.push(failure)
    onFailure(failure)
  }
  const took = (performance.now() - startedMs) / 1000
  const counts = { states, distinct: hashes.size, checked: checked.size, finished }
  return { side, seed, operations: operations.length, ...counts, seconds: took, failures }
}

/**
 * All cuts, or, where there is no time for all, as many as there is time for: spread over the whole recording, since the
 * cuts go through it from its start. Those right after a telling are never left out.
 */
function* inTime(cuts: readonly Cut[], seconds: number): Generator<Cut> {
  const startedMs = performance.now()
  let skipped = false
  for (const [index, cut] of cuts.entries()) {
    const spent = (performance.now() - startedMs) / 1000 / seconds
    const isLate = spent > index / cuts.length + 0.02
    // Every other one, and when time is up all.
    skipped = cut.manner === undefined && (spent >= 1 || (isLate && !skipped))
    if (!skipped) yield cut
  }
}
