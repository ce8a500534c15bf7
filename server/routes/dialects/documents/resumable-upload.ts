/**
 * `POST /file/resumeUpload`, as the client of the document on resumable uploads uses it: chunks of a file in any order, all
 * at once perhaps. The file is stored when all are there.
 */
import type Router from '@koa/router'
import { storeIfWhole } from '../../../uploads/by-name/complete-named.ts'
import { namingOf } from '../../../uploads/by-name/find-named.ts'
import { receiveSizeless } from '../../../uploads/sizeless/receive-announced.ts'
import type { UploadsOf } from '../../client-uploads.ts'
import { readChunkForm, senderOf } from './document-forms.ts'

/** @param idleMs how long a client may send nothing of a body, ms */
export function resumableUploadRoute(router: Router, uploadsOf: UploadsOf, idleMs: number): void {
  router.post('/file/resumeUpload', async (ctx) => {
    const uploads = uploadsOf(ctx)
    const naming = namingOf(uploads, { sender: senderOf(ctx, 'resumable'), isInOrder: false })
    const { task } = await readChunkForm(ctx, 'file', idleMs, ({ early, lateChunk, readFile }) =>
      receiveSizeless(uploads, naming, {
        early,
        late: lateChunk,
        body: { read: readFile },
      }),
    )
    await storeIfWhole(uploads, task)
    ctx.body = 'Chunk received'
  })
}
