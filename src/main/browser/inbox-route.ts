/** `PUT /staging/:dropId`: receives one dropped file from the page into the drop's folder. */
import type { IncomingMessage } from 'node:http'
import { z } from 'zod'
import { UploadError } from '../../shared/protocol/errors.ts'
import type { InboxDrops } from './inbox-drops.ts'
import { checkInboxPath } from './inbox-path.ts'
import { requireToken, type TokenCheck, type TokenRoute } from './request-guard.ts'

/** A page that sends nothing for this long, in ms, has gone without closing its connection. */
const stalledAfterMs = 120_000

const querySchema = z.object({
  path: z.string(),
  lastModified: z.coerce.number().nonnegative().max(8.64e15),
  index: z.coerce.number().int().nonnegative().nullable().default(null),
})

/** The route throws an UploadError for every refusal; for a wrong token, drop or path before a byte of the body is read. */
export function createInboxRoute(drops: InboxDrops, isToken: TokenCheck): TokenRoute {
  return async (request, response, url) => {
    requireToken(request, isToken)
    const drop = drops.find(dropIdIn(url.pathname))
    const { path, lastModified, index } = parseQuery(url.searchParams)
    const relativePath = checkInboxPath(path)
    const size = announcedSize(request)
    request.setTimeout(stalledAfterMs, () => request.destroy())
    // A received file waits for its turn in the queue, as long as an earlier file takes.
    request.once('end', () => request.setTimeout(0))
    await drop.add({ relativePath, place: index, size, modifiedMs: lastModified, body: request })
    response.writeHead(201, { 'content-type': 'application/json' }).end('{}')
  }
}

function dropIdIn(pathname: string): string {
  try {
    return decodeURIComponent(pathname.slice('/staging/'.length))
  } catch (cause) {
    throw new UploadError('not-found', 'No such drop.', { cause })
  }
}

function parseQuery(query: URLSearchParams): z.infer<typeof querySchema> {
  const parsed = querySchema.safeParse(Object.fromEntries(query))
  if (parsed.success && query.getAll('path').length === 1) return parsed.data
  throw new UploadError(
    'bad-request',
    'Expected one path, one lastModified and at most one index in the address.',
  )
}

function announcedSize(request: IncomingMessage): number {
  const size = Number(request.headers['content-length'] ?? Number.NaN)
  if (Number.isSafeInteger(size)) return size
  throw new UploadError(
    'length-required',
    'Expected a Content-Length that states the size of the file in bytes.',
  )
}
