/** What the clients of the benches share: a list of files, and how many go at once. */
import { readFileSync } from 'node:fs'
import PQueue from 'p-queue'

/**
 * Sends every file of a list.
 * @param list file with a path a line
 * @param atOnce files at once
 */
export async function sendList(
  list: string,
  atOnce: number,
  send: (path: string) => Promise<void>,
): Promise<void> {
  const paths = readFileSync(list, 'utf8').trimEnd().split('\n')
  await new PQueue({ concurrency: atOnce }).addAll(paths.map((path) => () => send(path)))
}
