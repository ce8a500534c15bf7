/**
 * `POST /upload`, as the clients of the document on uploading images in batches use it: a form with the whole `file`, or
 * with one chunk of it after the other, which such a client sends whatever the answers say. So an upload with a hole is
 * never complete.
 */
import type Router from '@koa/router'
import type { Context } from 'koa'
import type { z } from 'zod'
import { UploadError } from '../../../../src/shared/protocol/errors.ts'
import { routes } from '../../../../src/shared/protocol/wire.ts'
import type { FileRow } from '../../../ledger/ledger.ts'
import { storeBody, storeIfWhole } from '../../../uploads/by-name/complete-named.ts'
import { namingOf } from '../../../uploads/by-name/find-named.ts'
import type { Uploads } from '../../../uploads/context.ts'
import {
  placeChunk,
  type ReceivedChunk,
  receiveSizeless,
} from '../../../uploads/sizeless/receive-announced.ts'
import type { UploadsOf } from '../../client-uploads.ts'
import { nameWithoutFolders } from '../../parse-fields.ts'
import { type ChunkForm, readChunkForm, senderOf } from './document-forms.ts'
import type { batchUploadSchema } from './document-schemas.ts'

type Answer = z.infer<typeof batchUploadSchema>

/** @param idleMs how long a client may send nothing of a body, ms */
export function batchUploadRoute(router: Router, uploadsOf: UploadsOf, idleMs: number): void {
  router.post('/upload', async (ctx) => {
    const uploads = uploadsOf(ctx)
    ctx.body = await readChunkForm(ctx, 'file', idleMs, (form) => receive(ctx, uploads, form))
  })
}

async function receive(ctx: Context, uploads: Uploads, form: ChunkForm): Promise<Answer> {
  const naming = namingOf(uploads, { sender: senderOf(ctx, 'batch'), isInOrder: true })
  const body = { read: form.readFile }
  if (form.early !== undefined) {
    const late = async () => (await form.late()) ?? lost()
    return answerChunk(uploads, await receiveSizeless(uploads, naming, { early: form.early, late, body }))
  }
  const stored = await storeBody(uploads, {
    body,
    nameAtEnd: async () => ((await form.late()) === undefined ? wholeName(form) : undefined),
    otherwise: async (unplaced) => placeChunk(uploads, naming, (await form.late()) ?? lost(), unplaced),
  })
  return 'receipt' in stored ? answerChunk(uploads, stored) : complete(uploads, stored)
}

/** Only the last chunk completes the file: a client that sends all of it again is told so at the end. */
async function answerChunk(uploads: Uploads, { task, receipt }: ReceivedChunk): Promise<Answer> {
  const isLast = receipt.chunkIndex === receipt.total - 1
  const file = isLast ? await storeIfWhole(uploads, task) : undefined
  return file === undefined ? { message: `Chunk ${receipt.chunkIndex} uploaded` } : complete(uploads, file)
}

function complete({ library }: Uploads, { storedPath }: FileRow): Answer {
  return { message: 'File upload complete', url: routes.file(library.toClientPath(storedPath)) }
}

function wholeName({ fileName }: ChunkForm): string {
  if (fileName !== undefined) return nameWithoutFolders(fileName)
  throw new UploadError('bad-request', 'The part file has no filename. Send the name of the file with it.')
}

/** A form's fields only become more. */
function lost(): never {
  throw new UploadError('bad-request', 'The form does not say which chunk this is.')
}
