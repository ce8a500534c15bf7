/** The data store of @tus/server, over the use cases: a tus upload is a task, and its id the task's. */
import type { Readable } from 'node:stream'
import { DataStore, Metadata, Upload } from '@tus/server'
import { UploadError } from '../../../../src/shared/protocol/errors.ts'
import { routes } from '../../../../src/shared/protocol/wire.ts'
import { abortTask } from '../../../uploads/abort-task.ts'
import { appendBytes, finishAppended, offsetOf } from '../../../uploads/appending/append-bytes.ts'
import { Tails } from '../../../uploads/appending/tails.ts'
import { createTask } from '../../../uploads/create-task.ts'
import { newTaskId, parseTaskId } from '../../../uploads/tasks.ts'
import { hasCode, taskGone } from '../../../uploads/upload-errors.ts'
import { currentRequest } from './headers.ts'
import { nameOf } from './upload-name.ts'

export class TusDataStore extends DataStore {
  override extensions = ['creation', 'creation-with-upload', 'termination', 'expiration', 'checksum']
  readonly #expiryMs: number
  readonly #tails = new Tails()
  readonly #idleMs: number

  /**
   * @param expiryMs an upload without activity for so long is removed, ms
   * @param idleMs how long a client may send nothing of a body, ms
   */
  constructor(expiryMs: number, idleMs: number) {
    super()
    this.#expiryMs = expiryMs
    this.#idleMs = idleMs
  }

  /** The package gives the upload an id of its own; the task's id replaces it. */
  override async create(upload: Upload): Promise<Upload> {
    const relativePath = nameOf(upload, this.#uploads.now())
    const fileName = relativePath.slice(relativePath.lastIndexOf('/') + 1)
    const fileSize = upload.size
    if (fileSize === undefined || !Number.isSafeInteger(fileSize) || fileSize < 0) {
      throw new UploadError('bad-request', 'Upload-Length is not a count of bytes.')
    }
    const fileType = upload.metadata?.filetype ?? undefined
    const task = await createTask(this.#uploads, {
      fileName,
      relativePath,
      fileSize,
      ...(fileType !== undefined && fileType.length <= 255 && { fileType }),
    })
    upload.id = task.taskId
    const { metadata } = currentRequest()
    if (metadata !== '') await this.#uploads.ledger.setMetadata(task.taskId, metadata)
    if (fileSize === 0) await this.#finish(task.taskId)
    return upload
  }

  override async write(stream: Readable, id: string, offset: number): Promise<number> {
    const taskId = parseTaskId(id)
    const { checksum } = currentRequest()
    const pieces = withIdleLimit(stream, this.#idleMs)
    const end = await appendBytes(this.#context, taskId, { offset, pieces, checksum })
    const task = await this.#uploads.ledger.task(taskId)
    // The last answer means that the file is stored: only then may clients forget it.
    if (task === undefined || end < task.size || (await this.#finish(taskId))) return end
    return (await this.getUpload(id)).offset
  }

  override async getUpload(id: string): Promise<Upload> {
    const taskId = parseTaskId(id)
    const { ledger, library, now } = this.#uploads
    const task = await ledger.task(taskId)
    if (task !== undefined) {
      // Expiry counts from the last activity; for the package that is the time of creation.
      const creationDate = new Date(task.activeAtMs).toISOString()
      const received = await offsetOf(this.#context, task)
      // For clients a full offset means success, so finish first what a killed server did not publish.
      if (received === task.size && (await this.#finish(taskId))) return this.getUpload(id)
      const offset = received === task.size ? await this.#offsetAfterLoss(taskId) : received
      return describe({ id, size: task.size, offset, metadata: task.metadata, creationDate })
    }
    const file = await ledger.fileOfTask(taskId)
    if (file === undefined || file.damagedAtMs !== null) throw taskGone()
    currentRequest().onStored(routes.file(library.toClientPath(file.storedPath)))
    const metadata = await ledger.metadataOf(taskId)
    const creationDate = new Date(now()).toISOString()
    return describe({ id, size: file.size, offset: file.size, metadata, creationDate })
  }

  /** Of a finished upload only the link to it ends; the stored file stays. */
  override async remove(id: string): Promise<void> {
    const taskId = parseTaskId(id)
    const { ledger } = this.#uploads
    if ((await ledger.task(taskId)) !== undefined) await abortTask(this.#uploads, taskId)
    else if ((await ledger.fileOfTask(taskId)) !== undefined) await ledger.endLink(taskId, newTaskId())
    else throw taskGone()
    this.#tails.forget(id)
  }

  override getExpiration(): number {
    return this.#expiryMs
  }

  /** @returns false when the disk lost some bytes and the upload is back at the first of them */
  async #finish(taskId: string): Promise<boolean> {
    try {
      const { storedPath } = await finishAppended(this.#context, taskId)
      currentRequest().onStored(routes.file(this.#uploads.library.toClientPath(storedPath)))
      return true
    } catch (thrown) {
      if (hasCode(thrown, 'chunks-missing')) return false
      throw thrown
    }
  }

  /** What the upload is back at, bytes. @throws UploadError `task-gone`, `storage-failed` */
  async #offsetAfterLoss(taskId: string): Promise<number> {
    const task = await this.#uploads.ledger.task(taskId)
    if (task === undefined) throw taskGone()
    const offset = await offsetOf(this.#context, task)
    if (offset < task.size) return offset
    throw new UploadError('storage-failed', 'The server could not keep this file. Try again.')
  }

  /** Limited to what the client of this request may see. */
  get #uploads() {
    return currentRequest().uploads
  }

  get #context() {
    return { uploads: this.#uploads, tails: this.#tails }
  }
}

interface Described extends Pick<Upload, 'id' | 'offset'> {
  /** Bytes. */
  readonly size: number
  /** As the client sent it. */
  readonly metadata: string | null
  /** ISO 8601. */
  readonly creationDate: string
}

/** The upload as the package answers it. */
function describe({ metadata, creationDate, ...upload }: Described): Upload {
  const own = metadata === null ? {} : { metadata: Metadata.parse(metadata) }
  return new Upload({ ...upload, ...own, creation_date: creationDate })
}

/** The package would wait forever for a client that sends nothing. */
async function* withIdleLimit(stream: Readable, idleMs: number): AsyncGenerator<Uint8Array> {
  const stop = () =>
    stream.destroy(
      new UploadError(
        'request-timeout',
        `No data arrived for ${idleMs / 1000} seconds. Continue from the offset.`,
      ),
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
