/**
 * `POST /uploadChunk` and `POST /mergeFile`, as the client of the document on very large files uses them: it names its file
 * only when it asks to merge the chunks. So each address and token has one such upload at a time.
 */
import type Router from '@koa/router'
import type { z } from 'zod'
import { UploadError } from '../../../../src/shared/protocol/errors.ts'
import { routes } from '../../../../src/shared/protocol/wire.ts'
import { readJson } from '../../../http/request-body.ts'
import { storeAs } from '../../../uploads/by-name/complete-named.ts'
import { findNamed, namingOf } from '../../../uploads/by-name/find-named.ts'
import { receiveSizeless } from '../../../uploads/sizeless/receive-announced.ts'
import type { UploadsOf } from '../../client-uploads.ts'
import { nameWithoutFolders } from '../../parse-fields.ts'
import { readChunkForm, senderOf, untold } from './document-forms.ts'
import { type chunkMessageSchema, type mergedSchema, mergeSchema } from './document-schemas.ts'

const protocol = 'large'

/** @param idleMs how long a client may send nothing of a body, ms */
export function largeFileRoutes(router: Router, uploadsOf: UploadsOf, idleMs: number): void {
  router.post('/uploadChunk', async (ctx) => {
    const uploads = uploadsOf(ctx)
    const naming = namingOf(uploads, { sender: senderOf(ctx, protocol), isInOrder: false })
    const { receipt } = await readChunkForm(ctx, 'chunk', idleMs, ({ early, lateChunk, readFile }) =>
      receiveSizeless(uploads, naming, {
        early,
        late: lateChunk,
        body: { read: readFile },
      }),
    )
    const answer: z.infer<typeof chunkMessageSchema> = { message: `Chunk ${receipt.chunkIndex} uploaded` }
    ctx.body = answer
  })
  router.post('/mergeFile', async (ctx) => {
    const uploads = uploadsOf(ctx)
    const types = ['application/json', 'text/plain']
    const { filename } = await readJson(ctx, mergeSchema, { idleMs, types })
    const task = await findNamed(uploads, senderOf(ctx, protocol), untold)
    if (task === undefined)
      throw new UploadError('task-gone', 'No chunk has arrived from here. Send them, then merge.')
    const file = await storeAs(uploads, task, nameWithoutFolders(filename))
    const url = routes.file(uploads.library.toClientPath(file.storedPath))
    const answer: z.infer<typeof mergedSchema> = { message: 'File merged', url }
    ctx.body = answer
  })
}
