/**
 * Keeps web pages away from a local server: only known Host headers pass (this stops DNS rebinding), and only origins
 * that were allowed by name. Runs before everything else.
 */
import type { IncomingMessage } from 'node:http'
import type { Middleware } from 'koa'
import { UploadError } from '../../src/shared/protocol/errors.ts'
import { documentOrigins, documentOriginsWord } from '../http/document-origins.ts'
import { loopbackHost } from '../http/host-names.ts'

/** @param allowedHosts names or addresses, without a port, in addition to the loopback ones */
export function guardHost(allowedHosts: readonly string[]): Middleware {
  const allowed = new Set(allowedHosts.map((host) => host.toLowerCase()))
  return (ctx, next) => {
    const host = onlyHost(ctx.req)
    if (host === undefined || !(loopbackHost.test(host) || allowed.has(host))) {
      throw new UploadError(
        'forbidden',
        'The server does not accept this Host name. Add it to ALLOWED_HOSTS.',
      )
    }
    // An absolute target (RFC 9112 section 3.2.2) names a host too, perhaps another one.
    if (!ctx.req.url?.startsWith('/'))
      throw new UploadError('bad-request', 'The request target must be a path.')
    return next()
  }
}

/** The Host header in lower case, without its port; undefined unless there is exactly one. */
function onlyHost(request: IncomingMessage): string | undefined {
  const names = request.rawHeaders.filter((_, index) => index % 2 === 0)
  if (names.filter((name) => name.toLowerCase() === 'host').length !== 1) return undefined
  const match = /^(\[[0-9a-f:.]+\]|[^:[\]]+)(?::\d{1,5})?$/i.exec(request.headers.host ?? '')
  return match?.[1]?.toLowerCase()
}

function refusalOf(origin: string): string {
  const refusal = 'Web pages of this origin may not use the server. Add it to CORS_ORIGINS'
  if (!documentOrigins.some((one) => one === origin)) return `${refusal}.`
  return `${refusal}, or the word ${documentOriginsWord}, which stands for ${documentOrigins.join(', ')}.`
}

/** Of answers, those that pages may read. */
export const shownHeaders: readonly string[] = [
  ...[
    'Accept-Patch',
    'Content-Disposition',
    'Content-Location',
    'Content-Range',
    'ETag',
    'Location',
    'Repr-Digest',
  ],
  ...[
    'Retry-After',
    'X-Request-Id',
    'Tus-Checksum-Algorithm',
    'Tus-Extension',
    'Tus-Max-Size',
    'Tus-Resumable',
  ],
  ...[
    'Tus-Version',
    'Upload-Complete',
    'Upload-Defer-Length',
    'Upload-Draft-Interop-Version',
    'Upload-Expires',
  ],
  ...['Upload-Length', 'Upload-Limit', 'Upload-Metadata', 'Upload-Offset'],
]
/** Of requests, those that pages may send. */
const acceptedHeaders = [
  ...[
    'Authorization',
    'Content-Type',
    'Content-Digest',
    'Content-Disposition',
    'If-None-Match',
    'If-Range',
    'Range',
  ],
  ...[
    'Repr-Digest',
    'Tus-Resumable',
    'Upload-Checksum',
    'Upload-Complete',
    'Upload-Concat',
    'Upload-Defer-Length',
  ],
  ...['Upload-Draft-Interop-Version', 'Upload-Length', 'Upload-Metadata', 'Upload-Offset'],
  ...['X-HTTP-Method-Override', 'X-Request-Id', 'X-Requested-With'],
]

/** @param origins such as `https://photos.example.com`; any other Origin is refused, `null` included */
export function guardOrigin(origins: readonly string[]): Middleware {
  const allowed = new Set(origins)
  return async (ctx, next) => {
    const origin = ctx.req.headers.origin
    if (origin === undefined) return next()
    if (!allowed.has(origin)) {
      throw new UploadError('forbidden', refusalOf(origin))
    }
    ctx.vary('Origin')
    ctx.set('Access-Control-Allow-Origin', origin)
    ctx.set('Access-Control-Expose-Headers', shownHeaders.join(', '))
    if (ctx.method !== 'OPTIONS') return next()
    ctx.set('Access-Control-Allow-Methods', 'GET, HEAD, POST, PUT, PATCH, DELETE')
    ctx.set('Access-Control-Allow-Headers', acceptedHeaders.join(', '))
    ctx.set('Access-Control-Max-Age', '600')
    ctx.status = 204
    return undefined
  }
}
