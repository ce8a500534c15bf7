/** Tries breaks: the tests that are to notice them must pass without them, and fail with each. */
import type { Break } from './break.ts'
import { isNoticing, type RunOutcome, runTests } from './run-tests.ts'
import type { TreeCopy } from './tree-copy.ts'

export type Verdict =
  /** `by`: the test that failed, and why. */
  | { readonly kind: 'noticed'; readonly by: string }
  | { readonly kind: 'survived' }
  /** The file could not be loaded any more, or nothing ran: the break is no break. */
  | { readonly kind: 'faulty'; readonly reason: string }
  /** Its tests do not run on this machine. */
  | { readonly kind: 'untried' }

/** How long the unbroken tests may take altogether, ms. */
const unbrokenLimitMs = 60 * 60_000
/** What a run takes besides its tests, generously, ms. */
const besidesMs = 60_000
/** With a break, tests may take so many times as long as without. */
const slower = 4
const leastTestMs = 20_000
const pollMs = 8_000

/** How long the tests of a break take without it, ms. */
export interface Unbroken {
  readonly allMs: number
  readonly longestMs: number
}

/**
 * Runs the tests of all breaks without any of them.
 * @returns how long the tests of each break took, ms; undefined where none of them runs on this machine
 * @throws Error when one of them fails or does not exist, which says what
 */
export async function runUnbroken(
  copy: TreeCopy,
  breaks: readonly Break[],
): Promise<ReadonlyMap<Break, Unbroken | undefined>> {
  const outcome = await runTests({ root: copy.root, of: breaks, limitMs: unbrokenLimitMs })
  const failed = outcome.tests.filter(
    (test) => test.status === 'failed' && breaks.some((one) => isNoticing(one, test)),
  )
  const faults = [
    ...failed.map(({ file, title, failure }) => `${file}: ${title}\n    ${failure}`),
    ...outcome.unloaded,
  ]
  if (faults.length > 0 || outcome.tests.length === 0) {
    throw new Error(`Tests fail without any break:\n  ${faults.join('\n  ') || outcome.output}`)
  }
  return new Map(breaks.map((one) => [one, durationOf(one, outcome)]))
}

function durationOf(one: Break, { tests }: RunOutcome): Unbroken | undefined {
  const own = tests.filter((test) => isNoticing(one, test)).map(({ durationMs }) => durationMs)
  if (own.length === 0) return undefined
  return { allMs: own.reduce((sum, ms) => sum + ms, 0), longestMs: Math.max(...own) }
}

/**
 * @param unbroken as `runUnbroken` says
 * @param alone whether the tests of the break are run by themselves without it first: some need others of their file
 */
export async function tryBreak(
  copy: TreeCopy,
  one: Break,
  unbroken: Unbroken | undefined,
  alone: boolean,
): Promise<Verdict> {
  if (unbroken === undefined) return { kind: 'untried' }
  if (alone) {
    const { tests } = await runTests({ root: copy.root, of: [one], limitMs: unbrokenLimitMs })
    const failed = tests.find((test) => test.status === 'failed')
    if (failed)
      return { kind: 'faulty', reason: `${failed.title} fails alone, without any break: ${failed.failure}` }
  }
  const limitMs = besidesMs + slower * unbroken.allMs
  const testMs = Math.round(Math.max(leastTestMs, slower * unbroken.longestMs))
  const outcome = await copy.whileBroken(one, () =>
    runTests({ root: copy.root, of: [one], limitMs, hasty: { testMs, pollMs } }),
  )
  const failed = outcome.tests.find((test) => test.status === 'failed' && isNoticing(one, test))
  if (failed) return { kind: 'noticed', by: `${failed.title}: ${failed.failure}` }
  if (outcome.overdue) return { kind: 'noticed', by: 'its tests did not come to an end' }
  const reason = outcome.unloaded[0] ?? (outcome.tests.length === 0 ? outcome.output.slice(-500) : undefined)
  return reason === undefined ? { kind: 'survived' } : { kind: 'faulty', reason }
}
