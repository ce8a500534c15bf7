/** Whether the page can reach PhotoFerry right now; always `online` in the desktop app. */
import { create } from 'zustand'
import { CommandError } from '../../shared/ipc.ts'

export type Connection =
  | { readonly phase: 'connecting' }
  | { readonly phase: 'online' }
  /** `retryAtMs` (ms since 1970) is null while an attempt is running. */
  | { readonly phase: 'offline'; readonly retryAtMs: number | null }
  /** Another start of PhotoFerry answers: this page needs the address that it printed. What is shown is of before. */
  | { readonly phase: 'restarted' }
  /** The page has no key. */
  | { readonly phase: 'no-token' }
  /** PhotoFerry answers but rejects this key. */
  | { readonly phase: 'refused' }

export const useConnection = create<Connection>(() => ({ phase: 'connecting' }))

export const setConnection = (next: Connection) => useConnection.setState(next, true)
export const isOnline = () => useConnection.getState().phase === 'online'
/** Whether PhotoFerry can be reached; the component renders again only when that changes. */
export const useIsOnline = () => useConnection((connection) => connection.phase === 'online')

/** Resolves once PhotoFerry can be reached; at once if it already can. */
export function whenOnline(): Promise<void> {
  if (isOnline()) return Promise.resolve()
  return new Promise((resolve) => {
    const stop = useConnection.subscribe((state) => {
      if (state.phase !== 'online') return
      stop()
      resolve()
    })
  })
}

/** What a command rejects with while PhotoFerry cannot be reached; nothing was changed. */
export class NotConnectedError extends CommandError {
  constructor() {
    super({ code: 'connection-lost', message: 'PhotoFerry is not running.' })
  }
}
