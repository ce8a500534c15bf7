/** Whether the page can talk to PhotoFerry right now; always `online` in the desktop app. */
import { create } from 'zustand'

export type Connection =
  | { readonly phase: 'connecting' }
  | { readonly phase: 'online' }
  /** `retryAtMs` is null while a try is under way. */
  | { readonly phase: 'offline'; readonly retryAtMs: number | null }
  /** The page holds no token. */
  | { readonly phase: 'no-token' }
  /** PhotoFerry answers, but not to this token. */
  | { readonly phase: 'refused' }

export const useConnection = create<Connection>(() => ({ phase: 'connecting' }))

export const setConnection = (next: Connection) => useConnection.setState(next, true)
export const isOnline = () => useConnection.getState().phase === 'online'

/** Resolves when PhotoFerry can be reached, at once if it can be now. */
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
