/** Stage: finds the path that the file has at the server; and refuses one that other bytes have, where the batch wants that. */
import { isDeepStrictEqual } from 'node:util'
import type { SkipReason } from '../../shared/skip-rules.ts'
import type { Content } from './content.ts'
import type { Journey } from './journey.ts'
import { nameBefore } from './name-before.ts'

/** Where it was decided at an earlier attempt, it stays. */
export async function place(journey: Journey): Promise<void> {
  const { item, deps } = journey
  if (item.target !== null) return
  const target = await deps.placer.targetOf(item)
  journey.signal.throwIfAborted()
  if (target !== null) journey.update({ target })
}

/** The file stays where it is: it is not stored. No failure of anybody. */
export class LeftOut {
  readonly reason: SkipReason

  constructor(reason: SkipReason) {
    this.reason = reason
  }
}

/**
 * Another client may take the name in the moment after: then both files are kept.
 * @throws LeftOut where other bytes have the name and the batch keeps only one; UploadError as the server reports it
 */
export async function refuseTaken(journey: Journey, content: Content): Promise<void> {
  const { item, payload, deps, signal } = journey
  if (item.keepBoth || deps.placer.destinationOf(item.batchId)?.taken !== 'skip') return
  const path = payload.relativePath
  const slash = path.lastIndexOf('/')
  const folder = slash < 0 ? '' : path.slice(0, slash)
  const after = nameBefore(path)
  const query = { folder, depth: '1', limit: '10', ...(after === null ? {} : { after }) }
  const { files } = await deps.api.listFiles(query, signal)
  const found = files.find((file) => file.path === path)
  if (found === undefined) return
  const { sha256, md5 } = await content.hashFirst()
  const isSame =
    found.size === payload.size && isDeepStrictEqual(found.sha256 ?? md5, found.sha256 ? sha256 : found.md5)
  if (!isSame) throw new LeftOut({ by: 'name-taken', path })
}
