/** `GET /thumbnail/:itemId?size=…`: a small picture of a file on the list, for the page that holds the token. */
import { UploadError } from '../../shared/protocol/errors.ts'
import { parseThumbnailUrl } from '../../shared/thumbnails.ts'
import type { Client } from '../client/client.ts'
import { pageHeaders } from './page-files.ts'
import { type GuardedRoute, requireToken, type TokenCheck } from './request-guard.ts'

/** @throws UploadError (the route) `unauthorized`, `bad-request`, `too-many-requests` */
export function createThumbnailRoute(client: Pick<Client, 'thumbnail'>, isToken: TokenCheck): GuardedRoute {
  return async (request, response, url) => {
    requireToken(request, isToken)
    const wanted = parseThumbnailUrl(url)
    if (wanted === null) throw new UploadError('bad-request', 'Expected the address of a thumbnail.')
    const leaving = new AbortController()
    // A row that was scrolled out of sight wants its picture no more.
    response.once('close', () => leaving.abort())
    const thumbnail = await client.thumbnail(wanted.itemId, wanted.size, leaving.signal)
    if (thumbnail === null) {
      // No error: there are more files without a picture than with one, and each would be a red line in the console.
      response.writeHead(204, { ...pageHeaders, 'cache-control': 'no-store' }).end()
      return
    }
    const etag = `"${thumbnail.key}"`
    const headers = { ...pageHeaders, 'cache-control': 'private, no-cache', etag }
    if (request.headers['if-none-match'] === etag) {
      response.writeHead(304, headers).end()
      return
    }
    const { webp } = thumbnail
    response.writeHead(200, { ...headers, 'content-type': 'image/webp', 'content-length': webp.length })
    response.end(request.method === 'HEAD' ? undefined : webp)
  }
}
