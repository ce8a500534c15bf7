/** The pause between two questions to a server that is still reading a file: to verify one, or to compare a stored one. */
import { setTimeout as delay } from 'node:timers/promises'

const pollMs = 500

/** @throws the signal's reason as soon as it is aborted */
export async function pauseBeforeAskingAgain(signal: AbortSignal): Promise<void> {
  await delay(pollMs, undefined, { signal }).catch(() => signal.throwIfAborted())
}
