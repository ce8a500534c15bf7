/** Closes the lid of a laptop over a program: it is stopped as it is, and continued later. */
import type { ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { expect, onTestFinished } from 'vitest'

/** How long it stays closed. Every time limit of a request is over after 130 s; see src/main/transfer/server-api.ts. */
export const lidSeconds = Number(process.env.PHOTOFERRY_LID_SECONDS ?? 3)

/** How long a test may take because of `lids` closed lids, ms. */
export const lidMs = (lids: number) => 120_000 + lids * lidSeconds * 1_000

/**
 * Stops a program for `lidSeconds`, or for as long as `meanwhile` lasts where that is longer.
 * @param meanwhile what happens to the rest of the world
 */
export async function closeLid(
  child: ChildProcess,
  meanwhile: () => unknown = () => undefined,
): Promise<void> {
  const pid = programOf(child)
  const open = () => signal(pid, 'SIGCONT')
  onTestFinished(open)
  process.kill(pid, 'SIGSTOP')
  await expect.poll(() => stateOf(pid)).toBe('T')
  await Promise.all([meanwhile(), wait(lidSeconds * 1_000)])
  open()
}

/** Id of the process that does the work: on an older Node the launcher of src/main/cli.ts only waits for it. */
function programOf({ pid }: ChildProcess): number {
  if (pid === undefined) throw new Error('The program has not been started.')
  if (process.platform !== 'linux') return pid
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean)
  const entry = argumentsOf(pid).find((argument) => /cli\.(ts|js)$/.test(argument))
  const launched = children.map(Number).find((id) => entry !== undefined && argumentsOf(id).includes(entry))
  return launched ?? pid
}

function argumentsOf(pid: number): string[] {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
}

/** `T` for a stopped process; where that can't be read, the signal is believed. */
function stateOf(pid: number): string | undefined {
  if (process.platform !== 'linux') return 'T'
  return /^\d+ \(.*\) (\S)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]
}

/** The process may be gone by then. */
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (thrown) {
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'ESRCH')) throw thrown
  }
}
