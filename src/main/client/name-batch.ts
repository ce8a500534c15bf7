/** Names the stored files of a batch to its server, page by page. Knows no queue and no time. */
import type { ReceiptLine } from '../../shared/history.ts'
import { outcomeOf } from '../../shared/outcome.ts'
import {
  mostNamed,
  type NamedFile,
  type NamedFilesAnswer,
  type NameFiles,
} from '../../shared/protocol/batches.ts'
import type { ServerAddress } from '../../shared/servers.ts'
import type { ItemList } from '../queue/item-list.ts'
import { libraryPath } from '../transfer/signed-link.ts'

type End = NonNullable<NameFiles['end']>

/** Beginning anew more often would not help: something at the server goes bad as fast as it is named. */
const mostRounds = 3

/** What of a batch is not stored: what was to be, and what the person left out. */
export function unstoredOf(list: ItemList, batchId: string): End {
  const totals = list.batchTotals(batchId)
  if (!totals) return { failed: 0, leftOut: 0 }
  const { toDo, notSent } = outcomeOf(totals)
  const { failed, empty, neverArrived, unread, skipped, canceled, removed } = notSent
  return { failed: toDo + failed + empty + neverArrived + unread, leftOut: skipped + canceled + removed }
}

/**
 * In the byte order of their paths, each once; without those that this server can't know, or whose SHA-256 is unknown.
 * @param isBundled whether it is the bundled server
 */
export function namesOf(
  lines: readonly ReceiptLine[],
  server: ServerAddress,
  isBundled: boolean,
): NamedFile[] {
  const byPath = new Map<string, NamedFile>()
  for (const { url, size, sha256 } of lines) {
    const path = libraryPath(url, server, isBundled)
    if (path !== null && sha256 !== null) byPath.set(path, { path, size, sha256 })
  }
  const keyed = [...byPath.values()].map((name) => ({ name, bytes: Buffer.from(name.path) }))
  return keyed.sort((a, b) => Buffer.compare(a.bytes, b.bytes)).map(({ name }) => name)
}

/**
 * Names all of them and ends the batch. What the server does not have as it is named counts as failed.
 * @param names in the order of `namesOf`
 * @param send one page
 */
export async function nameAll(
  names: readonly NamedFile[],
  end: End,
  send: (page: NameFiles) => Promise<NamedFilesAnswer>,
): Promise<void> {
  for (let round = 0; round < mostRounds; round += 1) {
    const last = await nameOnce(names, end, send)
    // Otherwise a file was found to be damaged meanwhile, or somebody else names files of the same batch.
    if (last !== null && (last.batch.complete || last.batch.failed > 0 || names.length === 0)) return
  }
}

/** @returns the last answer; null where the server lost its place, so that all is to be named anew */
async function nameOnce(
  names: readonly NamedFile[],
  end: End,
  send: (page: NameFiles) => Promise<NamedFilesAnswer>,
): Promise<NamedFilesAnswer | null> {
  let after: string | null = null
  let missing = 0
  for (let at = 0; ; at += mostNamed) {
    let files = names.slice(at, at + mostNamed)
    const isLast = at + mostNamed >= names.length
    for (;;) {
      const ending: Pick<NameFiles, 'end'> = isLast ? { end: { ...end, failed: end.failed + missing } } : {}
      const answer: NamedFilesAnswer = await send({ after, files, ...ending })
      const gone = new Set(answer.missing)
      const left = files.filter(({ path }) => !gone.has(path))
      if (left.length < files.length) {
        // Nothing of the page was named: once more, without them.
        missing += files.length - left.length
        files = left
        continue
      }
      const named: string | null = files.at(-1)?.path ?? after
      if (answer.after !== named) return null
      if (isLast) return answer
      after = named
      break
    }
  }
}
