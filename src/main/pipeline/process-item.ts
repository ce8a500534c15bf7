/** One file's journey, read from top to bottom: check the source, prepare, hash, offer, send, complete. */
import { sizeProblem } from '../intake/size-limit.ts'
import { checkSource } from './check-source.ts'
import { complete } from './complete.ts'
import { hash } from './hash.ts'
import type { Journey } from './journey.ts'
import { offerAndSend } from './offer-and-send.ts'
import { prepare } from './prepare.ts'

/** What the journey ends with. */
export interface Arrival {
  /** MD5 of the stored bytes, lowercase hex. */
  readonly md5: string
  /** Absolute URL. */
  readonly url: string
  /** When it was durable by the server's clock, ms since 1970; absent where the server had it before. */
  readonly storedAtMs?: number
}

/**
 * Takes one file from its source to the server. After a failure or a restart, running it again repeats no work that
 * the server or the item still holds.
 * @throws UploadError, or the signal's reason
 */
export async function processItem(journey: Journey): Promise<Arrival> {
  await checkSource(journey)
  await prepare(journey)
  return journey.deps.inTurn(() => transfer(journey))
}

async function transfer(journey: Journey): Promise<Arrival> {
  const { api, maxFileSize } = journey.deps
  // It may have been stopped while it waited for its turn.
  journey.signal.throwIfAborted()
  const tooLarge = sizeProblem(journey.payload, maxFileSize)
  if (tooLarge) throw tooLarge
  const md5 = await hash(journey)
  const { task, stored: sent } = await offerAndSend(journey, md5)
  if (task.done && task.url !== undefined) return { md5, url: api.absolute(task.url) }
  const stored = await complete(journey, md5, task, sent)
  return { md5: stored.md5, url: api.absolute(stored.url), storedAtMs: stored.uploadTime }
}
