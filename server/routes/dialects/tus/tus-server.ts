/** The library's server, with the errors of this one: JSON with a code, whoever met them. Statuses are those of tus. */
import { Server } from '@tus/server'
import { type ErrorCode, UploadError } from '../../../../src/shared/protocol/errors.ts'
import { asUploadError, errorBody, statusOf } from '../../../middleware/error-answers.ts'
import type { OperationLog } from '../../../uploads/context.ts'

/** What the library throws, or what our data store did. */
type TusError = Error | { readonly status_code: number; readonly body: string }

/** What the library means by a status; everything else that it refuses is a request to be mended. */
const codes: Readonly<Record<number, ErrorCode>> = {
  404: 'task-gone',
  409: 'chunk-conflict',
  410: 'task-gone',
  413: 'file-too-large',
}

export class TusServer extends Server {
  /** The one way of all its answers that are errors, those included that it gives before anybody is asked. */
  override write(...[context, headers, status, body = '']: Parameters<Server['write']>) {
    if (status < 400) return super.write(context, headers, status, body)
    headers.set('Content-Type', 'application/json; charset=utf-8')
    return super.write(context, headers, status, isJson(body) ? body : jsonOf(status, body.trim()))
  }
}

/** For `onResponseError`: what our data store threw; the library's own errors are left to `write`. */
export function answerOf(log: OperationLog, thrown: TusError) {
  if (!(thrown instanceof Error)) return undefined
  const error = asUploadError(thrown)
  const status = statusOf(error)
  const facts = { status, code: error.code, reason: error.message }
  if (status >= 500) log.error({ ...facts, cause: String(error.cause) }, 'tus request failed')
  return { status_code: status, body: JSON.stringify(errorBody(error, false)) }
}

function jsonOf(status: number, message: string): string {
  const code = codes[status] ?? (status === 500 ? 'server-error' : 'bad-request')
  return JSON.stringify(errorBody(new UploadError(code, message), false))
}

/** The library's own words are sentences. */
function isJson(body: string): boolean {
  return body.startsWith('{')
}
