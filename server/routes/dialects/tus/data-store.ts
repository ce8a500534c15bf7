/** The data store that @tus/server asks for, over the use cases: a tus upload is a task, its id the task's. */
import type { Readable } from 'node:stream'
import { DataStore, Upload } from '@tus/server'
import { UploadError } from '../../../../src/shared/protocol/errors.ts'
import { abortTask } from '../../../uploads/abort-task.ts'
import { appendBytes, finishGrown, offsetOf } from '../../../uploads/appending/append-bytes.ts'
import { Tails } from '../../../uploads/appending/tails.ts'
import { gone } from '../../../uploads/coordination/activity.ts'
import { createTask } from '../../../uploads/create-task.ts'
import { taskIdOf } from '../../../uploads/task-id.ts'
import { currentRequest } from './headers.ts'

export class TusStore extends DataStore {
  override extensions = ['creation', 'creation-with-upload', 'termination', 'expiration', 'checksum']
  readonly #expiryMs: number
  readonly #tails = new Tails()
  readonly #idleMs: number

  /** @param expiryMs an upload without a sign of life is dropped @param idleMs how long a body may stand still, ms */
  constructor(expiryMs: number, idleMs: number) {
    super()
    this.#expiryMs = expiryMs
    this.#idleMs = idleMs
  }

  /** The library gives the upload an id of its own; the task's takes its place. */
  override async create(upload: Upload): Promise<Upload> {
    const relativePath = nameOf(upload)
    const fileName = relativePath.slice(relativePath.lastIndexOf('/') + 1)
    const fileSize = upload.size
    if (fileSize === undefined || !Number.isSafeInteger(fileSize) || fileSize < 0) {
      throw new UploadError('bad-request', 'Upload-Length is no count of bytes.')
    }
    const fileType = upload.metadata?.filetype ?? undefined
    const task = await createTask(this.#uploads, {
      fileName,
      relativePath,
      fileSize,
      ...(fileType !== undefined && fileType.length <= 255 && { fileType }),
    })
    upload.id = task.taskId
    if (fileSize === 0) await this.#finish(task.taskId)
    return upload
  }

  override async write(stream: Readable, id: string, offset: number): Promise<number> {
    const taskId = taskIdOf(id)
    const { checksum } = currentRequest()
    const pieces = withIdleLimit(stream, this.#idleMs)
    const end = await appendBytes(this.#growing, taskId, { offset, pieces, checksum })
    const task = await this.#uploads.ledger.task(taskId)
    // The last answer says that the file is stored: only then do clients forget it.
    if (task === undefined || end < task.size || (await this.#finish(taskId))) return end
    return (await this.getUpload(id)).offset
  }

  override async getUpload(id: string): Promise<Upload> {
    const taskId = taskIdOf(id)
    const { ledger, library, now } = this.#uploads
    const task = await ledger.task(taskId)
    if (task !== undefined) {
      // Expiry counts from the last sign of life, which the library knows as the time of creation.
      const creationDate = new Date(task.activeAtMs).toISOString()
      const offset = await offsetOf(this.#growing, task)
      // Clients take a full offset for success: a run that was killed before it published is caught up with first.
      if (offset === task.size && (await this.#finish(taskId))) return this.getUpload(id)
      return describe(id, task.size, offset, library.told(task.relativePath), creationDate)
    }
    const file = await ledger.fileOfTask(taskId)
    if (file === undefined) throw gone()
    const path = library.told(file.requestedPath)
    return describe(id, file.size, file.size, path, new Date(now()).toISOString())
  }

  override async remove(id: string): Promise<void> {
    await abortTask(this.#uploads, taskIdOf(id))
    this.#tails.forget(id)
  }

  override getExpiration(): number {
    return this.#expiryMs
  }

  /** @returns false when the disk lost some bytes, and the upload is at the first of them again */
  async #finish(taskId: string): Promise<boolean> {
    try {
      await finishGrown(this.#growing, taskId)
      return true
    } catch (thrown) {
      if (thrown instanceof UploadError && thrown.code === 'chunks-missing') return false
      throw thrown
    }
  }

  /** As the client of this request may see them. */
  get #uploads() {
    return currentRequest().uploads
  }

  get #growing() {
    return { uploads: this.#uploads, tails: this.#tails }
  }
}

function describe(id: string, size: number, offset: number, path: string, creationDate: string): Upload {
  const metadata = { filename: path.slice(path.lastIndexOf('/') + 1), relativePath: path }
  return new Upload({ id, size, offset, metadata, creation_date: creationDate })
}

/** Clients say `relativePath` or `filename`; some, from the old days, `name`. @throws UploadError `bad-request` */
function nameOf({ metadata }: Upload): string {
  const name = metadata?.relativePath || metadata?.filename || metadata?.name
  if (name) return name
  throw new UploadError('bad-request', 'Name the file: Upload-Metadata with filename or relativePath.')
}

/** The library waits for ever for a body that stands still. */
async function* withIdleLimit(stream: Readable, idleMs: number): AsyncGenerator<Uint8Array> {
  const stop = () =>
    stream.destroy(
      new UploadError('request-timeout', `No byte came for ${idleMs / 1000} seconds. Go on from the offset.`),
    )
  let idle = setTimeout(stop, idleMs)
  try {
    for await (const piece of stream) {
      clearTimeout(idle)
      yield piece
      idle = setTimeout(stop, idleMs)
    }
  } finally {
    clearTimeout(idle)
  }
}
