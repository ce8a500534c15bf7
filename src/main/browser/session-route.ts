/** `/session`: gives a page its session for a key, and shows a page that has one that it is of this very process. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { noncePattern, type PageSession } from '../../shared/browser-bridge.ts'
import { UploadError } from '../../shared/protocol/errors.ts'
import type { PageAccess } from './page-access.ts'
import { pageHeaders } from './page-files.ts'
import { bearerToken, type TokenRoute } from './request-guard.ts'

/** The route throws UploadError `unauthorized` or `bad-request`. It allows POST, GET and HEAD. */
export function createSessionRoute(access: PageAccess): TokenRoute {
  return async (request, response, url) => {
    if (request.method === 'POST') {
      answerJson(response, exchangeKey(request, access))
      return
    }
    const nonce = url.searchParams.get('nonce') ?? ''
    if (!noncePattern.test(nonce))
      throw new UploadError('bad-request', 'Expected a nonce of 22 to 86 letters.')
    answerJson(response, { proof: access.prove(nonce) })
  }
}

/** @throws UploadError `unauthorized` */
function exchangeKey(request: IncomingMessage, access: PageAccess): PageSession {
  const session = access.exchange(bearerToken(request))
  if (session !== null) return session
  throw new UploadError('unauthorized', 'Wrong or missing key. Open the address that PhotoFerry printed.')
}

function answerJson(response: ServerResponse, body: object): void {
  response.writeHead(200, { ...pageHeaders, 'cache-control': 'no-store', 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}
