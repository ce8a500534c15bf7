/** Runs a few tests of one copy of the project in a vitest of their own, and says how they ended. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Break } from './break.ts'

const resultSchema = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      message: z.string().optional(),
      assertionResults: z.array(
        z.object({
          ancestorTitles: z.array(z.string()),
          title: z.string(),
          status: z.string(),
          duration: z.number().nullish(),
          failureMessages: z.array(z.string()).nullish(),
        }),
      ),
    }),
  ),
})

/** Whether the program was ended because it took too long; and what it wrote. */
interface Ended {
  readonly overdue: boolean
  readonly output: string
}

export interface TestOutcome {
  /** Path from the root of the project. */
  readonly file: string
  /** Titles of its groups and its own, joined by ` > `. */
  readonly title: string
  readonly status: string
  readonly durationMs: number
  /** The first line of its failure; empty for none. */
  readonly failure: string
}

export interface RunOutcome {
  readonly tests: readonly TestOutcome[]
  /** Files that could not even be loaded, with the reason. */
  readonly unloaded: readonly string[]
  readonly overdue: boolean
  readonly output: string
}

/** Tests that a break names. @returns whether this is one of them */
export function isNoticing({ noticedBy }: Pick<Break, 'noticedBy'>, test: TestOutcome): boolean {
  const title = noticedBy[test.file]
  return title !== undefined && test.title.includes(title)
}

export interface RunOptions {
  /** Absolute path of the copy. */
  readonly root: string
  /** What names the tests; tests of the same title in their files run too. */
  readonly of: readonly Pick<Break, 'noticedBy'>[]
  /** How long it may take altogether, ms. */
  readonly limitMs: number
  /** For tests that are expected to fail: the first failure is enough to know, and waiting in vain is the usual case. */
  readonly hasty?: {
    /** How long one test may take, ms. */
    readonly testMs: number
    /** How long a condition is waited for, ms. */
    readonly pollMs: number
  }
}

/** @returns nothing of tests that neither passed nor failed */
export async function runTests({ root, of, limitMs, hasty }: RunOptions): Promise<RunOutcome> {
  const files = [...new Set(of.flatMap(({ noticedBy }) => Object.keys(noticedBy)))]
  const titles = [...new Set(of.flatMap(({ noticedBy }) => Object.values(noticedBy)))]
  const results = join(root, '.results.json')
  rmSync(results, { force: true })
  const args = [
    join(root, 'node_modules', 'vitest', 'vitest.mjs'),
    'run',
    ...files,
    '--root',
    root,
    '--testNamePattern',
    titles.map((title) => title.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')).join('|'),
    '--reporter',
    'json',
    '--outputFile',
    results,
    ...(hasty
      ? ['--bail', '1', `--testTimeout=${hasty.testMs}`, `--expect.poll.timeout=${hasty.pollMs}`]
      : // A busy machine must not end the whole run before its first break.
        ['--retry', '1']),
  ]
  const ended = await runNode(args, root, limitMs)
  return { ...read(results, root), ...ended }
}

/** Runs Node to its end, or ends it with all that it has started when its time is over. */
async function runNode(args: readonly string[], root: string, limitMs: number): Promise<Ended> {
  const { PHOTOFERRY_TEST_RESULTS: _, ...env } = process.env
  const child = spawn(process.execPath, args, {
    cwd: root,
    // Its own group of processes.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...env, NODE_COMPILE_CACHE: join(root, '.compiled') },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-20_000)
    })
  }
  let overdue = false
  const endGroup = () => {
    try {
      process.kill(-(child.pid ?? 0), 'SIGKILL')
    } catch {
      // It has ended by itself.
    }
  }
  const timer = setTimeout(() => {
    overdue = true
    endGroup()
  }, limitMs)
  process.once('exit', endGroup)
  await once(child, 'exit')
  clearTimeout(timer)
  process.off('exit', endGroup)
  // Servers that its tests have started and not ended.
  endGroup()
  return { overdue, output }
}

function read(results: string, root: string): Pick<RunOutcome, 'tests' | 'unloaded'> {
  let parsed: z.infer<typeof resultSchema>
  try {
    parsed = resultSchema.parse(JSON.parse(readFileSync(results, 'utf8')))
  } catch {
    return { tests: [], unloaded: [] }
  }
  const fileOf = (name: string) => name.slice(name.indexOf(root) + root.length + 1)
  const unloaded = parsed.testResults
    .filter(({ assertionResults }) => assertionResults.length === 0)
    .map(({ name, message }) => `${fileOf(name)}: ${message ?? 'no tests'}`)
  const tests = parsed.testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map((test) => ({
      file: fileOf(name),
      title: [...test.ancestorTitles, test.title].join(' > '),
      status: test.status,
      durationMs: test.duration ?? 0,
      failure: test.failureMessages?.[0]?.split('\n')[0] ?? '',
    })),
  )
  return { tests: tests.filter(({ status }) => status === 'passed' || status === 'failed'), unloaded }
}
