/** One file's journey, read from top to bottom: check the source, find its place, prepare, offer, hash and send, complete. */
import { sizeProblem } from '../intake/size-limit.ts'
import { checkSource } from './check-source.ts'
import { assertFinal, complete } from './complete.ts'
import { type Content, openContent } from './content.ts'
import { type Arrival, type Journey, timeOf } from './journey.ts'
import { offerAndSend } from './offer-and-send.ts'
import { place, refuseTaken } from './place.ts'
import { prepare } from './prepare.ts'
import { sendTogether } from './send-together.ts'

/**
 * Takes one file from its source to the server. After a failure or a restart, running it again repeats no work that
 * the server or the item still holds.
 * @throws UploadError, or the signal's reason
 */
export async function processItem(journey: Journey): Promise<Arrival> {
  const { drives, inTurn } = journey.deps
  try {
    await drives.assertThere(journey.item, 'lately')
    await checkSource(journey)
    await place(journey)
    await prepare(journey)
    return (await sendTogether(journey)) ?? (await inTurn(() => transfer(journey)))
  } catch (thrown) {
    throw await drives.explain(journey.item, thrown, journey.signal)
  }
}

async function transfer(journey: Journey): Promise<Arrival> {
  const { drives, maxFileSize } = journey.deps
  // It may have been stopped while it waited for its turn.
  journey.signal.throwIfAborted()
  const tooLarge = sizeProblem(journey.payload, maxFileSize)
  if (tooLarge) throw tooLarge
  const content = await openContent(journey)
  try {
    // Between two looks at a path another card with the same names may have come to lie there.
    await drives.assertThere(journey.item)
    return await sendContent(journey, content)
  } finally {
    await content.close()
  }
}

async function sendContent(journey: Journey, content: Content): Promise<Arrival> {
  const { api } = journey.deps
  await refuseTaken(journey, content)
  const { task, stored: sent } = await offerAndSend(journey, content)
  if (task.done && task.url !== undefined) {
    const { md5 } = await content.hashFirst()
    await assertFinal(journey, journey.payload)
    const verifiedAtMs = timeOf(task.verifiedAt)
    return { md5, sha256: task.sha256, url: api.absolute(task.url), verifiedAtMs }
  }
  const { md5, sha256, url, uploadTime, verifiedAt } = await complete(journey, content, task, sent)
  const verifiedAtMs = timeOf(verifiedAt)
  return { md5, sha256, url: api.absolute(url), storedAtMs: uploadTime, verifiedAtMs }
}
