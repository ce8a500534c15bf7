/** The name of the request that code works for, so that every line of the log can say it without being handed it. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { randomUUID } from 'node:crypto'

const current = new AsyncLocalStorage<string>()

/** The id of the request that is being worked for, undefined outside of one. */
export function requestId(): string | undefined {
  return current.getStore()
}

/** Runs the work, and all that it starts, in the name of a request. */
export function withRequestId<Result>(id: string, work: () => Result): Result {
  return current.run(id, work)
}

/** The client's own id when it is one that cannot spoil a log, else a new one. */
export function soundRequestId(given: string): string {
  return /^[A-Za-z0-9._:-]{1,128}$/.test(given) ? given : randomUUID()
}
