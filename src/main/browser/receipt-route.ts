/** `GET /receipt/:batchId?format=…`: a batch's receipt as a download. */
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { parseReceiptUrl } from '../../shared/browser-bridge.ts'
import { receiptTypes } from '../../shared/history.ts'
import { UploadError } from '../../shared/protocol/errors.ts'
import type { Client } from '../client/client.ts'
import { pageHeaders } from './page-files.ts'
import { requireToken, type TokenCheck, type TokenRoute } from './request-guard.ts'

/** The route throws UploadError `unauthorized`, `bad-request` or `not-found`. */
export function createReceiptRoute(client: Pick<Client, 'history'>, isToken: TokenCheck): TokenRoute {
  return async (request, response, url) => {
    requireToken(request, isToken)
    const wanted = parseReceiptUrl(url)
    if (wanted === null) throw new UploadError('bad-request', 'Expected the address of a receipt.')
    const { fileName, parts } = await client.history.receipt(wanted.batchId, wanted.format)
    response.writeHead(200, {
      ...pageHeaders,
      'cache-control': 'no-store',
      'content-type': `${receiptTypes[wanted.format]}; charset=utf-8`,
      'content-disposition': `attachment; filename*=UTF-8''${extendedValue(fileName)}`,
    })
    if (request.method === 'HEAD') response.end()
    else await pipeline(Readable.from(parts), response)
  }
}

/** Percent-encodes for RFC 8187, which leaves fewer characters as they are than a URL does. */
function extendedValue(text: string): string {
  return encodeURIComponent(text).replace(/['()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16)}`)
}
