/** `PUT /staging/:dropId`: one dropped file on its way from the page into the drop's folder. */
import type { IncomingMessage } from 'node:http'
import { z } from 'zod'
import { UploadError } from '../../shared/protocol/errors.ts'
import type { StagedDrops } from './inbox-drops.ts'
import { examineStagingPath } from './inbox-path.ts'
import { type GuardedRoute, requireToken, type TokenCheck } from './request-guard.ts'

/** A page that sends nothing for this long has gone without saying so. */
const stalledAfterMs = 120_000

const querySchema = z.object({
  path: z.string(),
  lastModified: z.coerce.number().nonnegative().max(8.64e15),
  index: z.coerce.number().int().nonnegative().nullable().default(null),
})

/** @throws UploadError (the route) for every refusal; those about the token, the drop and the path before a byte is read */
export function createStagingRoute(drops: StagedDrops, isToken: TokenCheck): GuardedRoute {
  return async (request, response, url) => {
    requireToken(request, isToken)
    const drop = drops.find(dropIdIn(url.pathname))
    const { path, lastModified, index } = parseQuery(url.searchParams)
    const relativePath = examineStagingPath(path)
    const size = announcedSize(request)
    request.setTimeout(stalledAfterMs, () => request.destroy())
    // What is here may wait for its turn as long as an earlier file takes.
    request.once('end', () => request.setTimeout(0))
    await drop.add({ relativePath, place: index, size, modifiedMs: lastModified, body: request })
    response.writeHead(201, { 'content-type': 'application/json' }).end('{}')
  }
}

function dropIdIn(pathname: string): string {
  try {
    return decodeURIComponent(pathname.slice('/staging/'.length))
  } catch (cause) {
    throw new UploadError('not-found', 'There is no such drop.', { cause })
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
