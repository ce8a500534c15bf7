/** Which connections have shown a token: they stay where there are more connections than the server holds. */
import type { Socket } from 'node:net'

/** Connection -> what to do once it has shown one. */
const waiting = new WeakMap<Socket, () => void>()

/** @param onShown called once, when a request over this connection was let in for the first time */
export function whenTokenShown(socket: Socket, onShown: () => void): void {
  waiting.set(socket, onShown)
}

/** A request over this connection was let in: by a token, by a signed link, or because nobody needs one. */
export function noteTokenShown(socket: Socket): void {
  const onShown = waiting.get(socket)
  waiting.delete(socket)
  onShown?.()
}
