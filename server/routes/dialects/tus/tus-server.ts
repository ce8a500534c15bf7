/** The server of @tus/server with this server's errors: JSON with a code, wherever they arise. Statuses are those of tus. */
import { Server } from '@tus/server'
import { type ErrorCode, UploadError } from '../../../../src/shared/protocol/errors.ts'
import { asUploadError, errorBody, isFailure, statusOf } from '../../../middleware/error-answers.ts'
import type { Log } from '../../../monitoring/log.ts'
import { ChecksumMismatch } from '../../../uploads/appending/append-bytes.ts'

/** Thrown by the package, or by our data store. */
type TusError = Error | { readonly status_code: number; readonly body: string }

/** What the package means by a status; everything else that it refuses is an invalid request. */
const codes: Readonly<Record<number, ErrorCode>> = {
  404: 'task-gone',
  409: 'chunk-conflict',
  410: 'task-gone',
  413: 'file-too-large',
}

/** What answers every request; the package declares it as its own. */
interface Answering {
  handler(request: Request): Promise<Response>
}

export class TusServer extends Server {
  constructor(options: ConstructorParameters<typeof Server>[0]) {
    super(options)
    const inner = this as unknown as Answering
    const answer = inner.handler.bind(this)
    inner.handler = async (request) => {
      const response = await answer(request)
      // A client that is still sending would lose the answer: the rest of its body is discarded instead (unread-bodies.ts).
      response.headers.delete('Connection')
      return response
    }
  }

  /** All of its error answers pass here, including those that it gives before asking the data store. */
  override write(...[context, headers, status, body = '']: Parameters<Server['write']>) {
    if (status < 400) return super.write(context, headers, status, body)
    headers.set('Content-Type', 'application/json; charset=utf-8')
    return super.write(context, headers, status, isJson(body) ? body : jsonOf(status, body.trim()))
  }
}

/** "Checksum Mismatch" in the checksum extension of tus 1.0. */
const checksumMismatchStatus = 460

/** For `onResponseError`: what our data store threw; `write` handles the package's own errors. */
export function errorAnswer(log: Log, thrown: TusError) {
  // Some of the package's own are errors with a status, as for a body that is longer than it was announced.
  if (!(thrown instanceof Error) || 'status_code' in thrown) return undefined
  const error = asUploadError(thrown)
  const status = error instanceof ChecksumMismatch ? checksumMismatchStatus : statusOf(error)
  const facts = { status, code: error.code, reason: error.message }
  if (isFailure(status)) log.error({ ...facts, cause: String(error.cause) }, 'tus request failed')
  return { status_code: status, body: JSON.stringify(errorBody(error, false)) }
}

function jsonOf(status: number, message: string): string {
  const code = codes[status] ?? (status === 500 ? 'server-error' : 'bad-request')
  return JSON.stringify(errorBody(new UploadError(code, message), false))
}

/** The package's own bodies are sentences. */
function isJson(body: string): boolean {
  return body.startsWith('{')
}
