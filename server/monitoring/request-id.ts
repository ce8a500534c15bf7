/** The id of the request that code is running for, so that every log line can carry it without being passed it. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { randomUUID } from 'node:crypto'

const current = new AsyncLocalStorage<string>()

/** The id of the current request; undefined outside of one. */
export function requestId(): string | undefined {
  return current.getStore()
}

/** Runs the work, and everything that it starts, under a request's id. */
export function withRequestId<Result>(id: string, work: () => Result): Result {
  return current.run(id, work)
}

/** The client's own id when it cannot garble a log, else a new one. */
export function validRequestId(given: string): string {
  return /^[A-Za-z0-9._:-]{1,128}$/.test(given) ? given : randomUUID()
}
