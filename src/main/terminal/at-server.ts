/** What the commands have in common that ask a server for its library. */
import { createServerApi, type ServerApi } from '../transfer/server-api.ts'
import { serverOf } from './server-flags.ts'
import { whenToldToStop } from './stop-signals.ts'

export interface LibraryFlags {
  readonly server?: string
  readonly token: string
  readonly json?: boolean
}

const interruptedCode = 130

/** Runs a command's work until it ends, or until the person ends it. @returns the exit code */
export async function withServer(
  flags: LibraryFlags,
  work: (api: ServerApi, signal: AbortSignal) => Promise<number>,
): Promise<number> {
  const api = createServerApi(serverOf(flags))
  const stop = new AbortController()
  const interrupted = whenToldToStop(['SIGINT', 'SIGTERM']).then(() => {
    stop.abort()
    return interruptedCode
  })
  const done = work(api, stop.signal).catch((thrown) => {
    if (stop.signal.aborted) return interruptedCode
    throw thrown
  })
  return Promise.race([interrupted, done]).finally(() => api.close())
}
