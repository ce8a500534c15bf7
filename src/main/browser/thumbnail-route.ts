/** `GET /thumbnail/:itemId?size=…`: a thumbnail of a file in the list. */
import { UploadError } from '../../shared/protocol/errors.ts'
import { parseThumbnailUrl } from '../../shared/thumbnails.ts'
import type { Client } from '../client/client.ts'
import { pageHeaders } from './page-files.ts'
import { requireToken, type TokenCheck, type TokenRoute } from './request-guard.ts'

/** The route throws UploadError `unauthorized`, `bad-request` or `too-many-requests`. */
export function createThumbnailRoute(client: Pick<Client, 'files'>, isToken: TokenCheck): TokenRoute {
  return async (request, response, url) => {
    requireToken(request, isToken)
    const wanted = parseThumbnailUrl(url)
    if (wanted === null) throw new UploadError('bad-request', 'Expected the address of a thumbnail.')
    const aborted = new AbortController()
    // The page aborts the request of a row that was scrolled out of sight.
    response.once('close', () => aborted.abort())
    const thumbnail = await client.files.thumbnail(wanted.itemId, wanted.size, aborted.signal)
    if (thumbnail === null) {
      // No error: most files have no thumbnail, and each would be a red line in the console.
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
