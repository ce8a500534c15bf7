/** `GET /uploads/<path>`: a stored file. Only files in the ledger are served. */
import type Router from '@koa/router'
import { storedPathOf } from '../../http/download-path.ts'
import type { FileRow } from '../../ledger/ledger.ts'
import type { Uploads } from '../../uploads/context.ts'
import type { UploadsOf } from '../client-uploads.ts'
import { serveFile } from '../serve-file.ts'

/** @param idleMs a download whose client reads nothing for so long is cut off, ms */
export function downloadRoute(router: Router, uploadsOf: UploadsOf, idleMs: number): void {
  router.get('/uploads/*path', async (ctx) => {
    const uploads = uploadsOf(ctx)
    await serveFile(ctx, uploads, await findRow(uploads, storedPathOf(ctx.path)), idleMs)
  })
}

/** @param path as the client knows it */
async function findRow({ ledger, library }: Uploads, path: string | undefined): Promise<FileRow | undefined> {
  return path === undefined ? undefined : ledger.fileAt(library.toServerPath(path))
}
