/**
 * The library as a drive: WebDAV (RFC 4918), class 1, to be read only. It shows what the ledger has; a file that is known to
 * be damaged is left out.
 */
import { Readable } from 'node:stream'
import type Router from '@koa/router'
import type { Context } from 'koa'
import { UploadError } from '../../../../src/shared/protocol/errors.ts'
import { HttpError } from '../../../http/http-error.ts'
import type { FileRow } from '../../../ledger/ledger.ts'
import { safePath } from '../../../storage/safe-path.ts'
import type { Uploads } from '../../../uploads/context.ts'
import { listFiles, pagesOf } from '../../../uploads/listing/list-files.ts'
import type { UploadsOf } from '../../client-uploads.ts'
import { serveFile } from '../../serve-file.ts'
import { documentEnd, documentStart, fileResponse, folderResponse } from './properties.ts'

const allowed = 'OPTIONS, GET, HEAD, PROPFIND'
const refused = ['PUT', 'POST', 'PATCH', 'DELETE', 'MKCOL', 'COPY', 'MOVE', 'PROPPATCH', 'LOCK', 'UNLOCK']

/** What a path of the drive leads to. */
type Found = { readonly file: FileRow } | { readonly folder: string }

/**
 * @param idleMs a download whose client reads nothing for so long is cut off, ms
 * @param pathPrefix path that a reverse proxy serves this server below; empty for none
 */
export function webdavRoutes(
  router: Router,
  uploadsOf: UploadsOf,
  { idleMs, pathPrefix }: { readonly idleMs: number; readonly pathPrefix: string },
): void {
  const paths = ['/dav', '/dav/{*path}']
  router.register(paths, ['OPTIONS'], (ctx) => {
    ctx.set({ DAV: '1', Allow: allowed, 'MS-Author-Via': 'DAV' })
    ctx.status = 200
    ctx.body = ''
  })
  router.register(paths, ['PROPFIND'], async (ctx) => {
    const uploads = uploadsOf(ctx)
    const depth = ctx.get('Depth')
    // Without a Depth header "infinity" is meant (section 9.1), which a server may refuse.
    if (depth !== '0' && depth !== '1') {
      throw new HttpError(403, 'bad-request', 'Ask for Depth 0 or 1: folders are listed one at a time.')
    }
    const found = await find(uploads, ctx)
    ctx.status = 207
    ctx.type = 'application/xml; charset=utf-8'
    ctx.body = Readable.from(document(uploads, found, { isDeep: depth === '1', root: `${pathPrefix}/dav/` }))
  })
  router.register(paths, ['GET', 'HEAD'], async (ctx) => {
    const uploads = uploadsOf(ctx)
    const found = await find(uploads, ctx)
    if ('file' in found) return serveFile(ctx, uploads, found.file, idleMs)
    throw new UploadError('not-found', 'This is a folder. Open it with a WebDAV client.')
  })
  router.register(paths, refused, (ctx) => {
    ctx.set('Allow', allowed)
    throw new HttpError(405, 'forbidden', 'This drive can only be read. Upload files with PhotoFerry.')
  })
}

/** @throws UploadError `not-found` */
async function find(uploads: Uploads, ctx: Context): Promise<Found> {
  const path = pathOf(ctx.path)
  if (path === '') return { folder: '' }
  const file = await uploads.ledger.fileAt(uploads.library.toServerPath(path))
  if (file !== undefined && file.damagedAtMs === null) return { file }
  const inside = await listFiles(uploads, { folder: path, after: undefined, limit: 1, isDeep: true })
  if (inside.entries.length > 0) return { folder: path }
  throw new UploadError('not-found', 'Nothing is stored at this path.')
}

/** @param urlPath percent-encoded, from `/dav` on @returns the client's path, without slashes at its ends */
function pathOf(urlPath: string): string {
  try {
    const path = decodeURIComponent(urlPath.slice('/dav'.length)).replace(/^\/|\/$/g, '')
    return path === '' ? '' : safePath(path).join('/')
  } catch {
    throw new UploadError('not-found', 'Nothing is stored at this path.')
  }
}

/** Written as it is read: a folder of a million files needs no more memory than one of ten. */
async function* document(
  uploads: Uploads,
  found: Found,
  { isDeep, root }: { readonly isDeep: boolean; readonly root: string },
): AsyncGenerator<string> {
  const href = (path: string) => `${root}${path.split('/').map(encodeURIComponent).join('/')}`
  const { library } = uploads
  yield documentStart
  if ('file' in found) yield fileResponse(href(library.toClientPath(found.file.storedPath)), found.file)
  else {
    const { folder } = found
    yield folderResponse(folder === '' ? root : `${href(folder)}/`, folder)
    if (isDeep)
      for await (const entries of pagesOf(uploads, folder, false)) {
        let text = ''
        for (const entry of entries) {
          if ('folder' in entry) text += folderResponse(`${href(entry.folder)}/`, entry.folder)
          else if (entry.file.damagedAtMs === null)
            text += fileResponse(href(library.toClientPath(entry.file.storedPath)), entry.file)
        }
        if (text !== '') yield text
      }
  }
  yield documentEnd
}
