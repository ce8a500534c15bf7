/**
 * `npm run test:mutants`: breaks the project on purpose, one break at a time and in a copy, and fails where no test notices.
 * A test that passes over a broken promise is a promise of nothing.
 */
import { randomInt } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Command, InvalidArgumentError } from 'commander'
import { seeded } from '../crossing/photo-folder.ts'
import type { Break } from './break.ts'
import { breaks } from './breaks.ts'
import { TreeCopy } from './tree-copy.ts'
import { runUnbroken, tryBreak, type Unbroken, type Verdict } from './trial.ts'

const project = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')

interface Flags {
  readonly only?: string
  readonly sample?: number
  readonly seed?: number
  readonly jobs: number
  readonly alone?: true
}

type Tried = readonly [Break, Verdict]

function count(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Give a whole number.')
  return Number(text)
}

const program = new Command('test:mutants')
  .description('Breaks the project on purpose, one break at a time, and fails where no test notices.')
  .option('--only <pattern>', 'breaks whose id, file or promise matches this regular expression')
  .option('--sample <count>', 'only so many of them', count)
  .option('--seed <number>', 'chooses the same sample again', count)
  .option('--jobs <count>', 'so many at a time', count, 1)
  .option('--alone', 'first runs the tests of each break by themselves without it: takes twice as long')

/** @returns the breaks that are to be tried; with a sample, its seed is printed */
function chosen({ only, sample, seed = randomInt(1_000_000) }: Flags): readonly Break[] {
  const pattern = new RegExp(only ?? '')
  const matching = breaks.filter(({ id, file, keeps }) =>
    [id, file, ...keeps].some((text) => pattern.test(text)),
  )
  if (sample === undefined || sample >= matching.length) return matching
  console.log(`A sample of ${sample} of ${matching.length} breaks; again: --sample ${sample} --seed ${seed}`)
  const random = seeded(seed)
  const shuffled = matching.map((one) => [random(), one] as const).sort(([a], [b]) => a - b)
  return shuffled.slice(0, sample).map(([, one]) => one)
}

function tell([{ id, file, keeps, noticedBy }, verdict]: Tried): void {
  const about = `${id} (${keeps.join(', ')}; ${file})`
  if (verdict.kind === 'noticed') console.log(`  noticed   ${id}: ${verdict.by.slice(0, 160)}`)
  else if (verdict.kind === 'untried')
    console.log(`  untried   ${about}: its tests do not run on this machine`)
  else if (verdict.kind === 'faulty') console.log(`  FAULTY    ${about}: ${verdict.reason}`)
  else console.log(`  SURVIVED  ${about}: passed over by ${JSON.stringify(noticedBy)}`)
}

/** Tries them all, in the order of the list, each lane in a copy of its own. */
async function tryAll(
  copies: readonly TreeCopy[],
  durations: ReadonlyMap<Break, Unbroken | undefined>,
  alone: boolean,
): Promise<readonly Tried[]> {
  const left = [...durations]
  const tried: Tried[] = []
  const lane = async (copy: TreeCopy) => {
    for (let next = left.shift(); next; next = left.shift()) {
      const [one, unbroken] = next
      const verdict = await tryBreak(copy, one, unbroken, alone)
      tried.push([one, verdict])
      tell([one, verdict])
    }
  }
  await Promise.all(copies.map(lane))
  return tried
}

/** In the form of vitest's own counts, for a program that adds them up. */
function writeCounts(good: number, bad: number): void {
  const file = process.env.PHOTOFERRY_TEST_RESULTS
  if (file)
    writeFileSync(file, JSON.stringify({ numPassedTests: good, numFailedTests: bad, testResults: [] }))
}

async function main(flags: Flags): Promise<boolean> {
  const startedAtMs = performance.now()
  const list = chosen(flags)
  if (list.length === 0) throw new Error('No break matches.')
  const copies = Array.from({ length: Math.max(1, flags.jobs) }, () => new TreeCopy(project))
  process.once('exit', () => {
    for (const copy of copies) copy.remove()
  })
  const [first] = copies
  if (first === undefined) throw new Error('no copy')
  console.log(`${list.length} breaks; first their tests without them…`)
  const tried = await tryAll(copies, await runUnbroken(first, list), flags.alone === true)
  const of = (kind: Verdict['kind']) => tried.filter(([, verdict]) => verdict.kind === kind)
  const seconds = Math.round((performance.now() - startedAtMs) / 1000)
  const bad = [...of('survived'), ...of('faulty')]
  if (bad.length > 0) console.log('\nNo test notices these:')
  for (const one of bad) tell(one)
  const untried = of('untried').length
  const rest = untried === 0 ? '' : `, ${untried} not tried here`
  console.log(
    `\n${list.length} breaks: ${of('noticed').length} noticed, ${of('survived').length} survived, ${of('faulty').length} faulty${rest}; ${seconds} s`,
  )
  writeCounts(of('noticed').length, bad.length)
  return bad.length === 0
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
try {
  const isGood = await main(program.parse().opts<Flags>())
  process.exit(isGood ? 0 : 1)
} catch (thrown) {
  console.error(thrown instanceof Error ? thrown.message : thrown)
  writeCounts(0, 1)
  process.exit(1)
}
