/** The data store of @tus/server, over the use cases: a tus upload is a task, and its id the task's. */
import type { Readable } from 'node:stream'
import { DataStore, Metadata, Upload } from '@tus/server'
import { UploadError } from '../../../../src/shared/protocol/errors.ts'
import { routes } from '../../../../src/shared/protocol/wire.ts'
import type { TaskRow } from '../../../ledger/ledger.ts'
import { appendBytes, finishAppended, offsetOf } from '../../../uploads/appending/append-bytes.ts'
import { endUpload } from '../../../uploads/appending/end-upload.ts'
import { openGrowing, stateLength } from '../../../uploads/appending/growing.ts'
import type { ChunkBody } from '../../../uploads/receive-chunk.ts'
import { isOpenEnded, parseTaskId } from '../../../uploads/tasks.ts'
import { hasCode, taskGone } from '../../../uploads/upload-errors.ts'
import { nameOf } from '../../upload-name.ts'
import { currentRequest } from './headers.ts'

export class TusDataStore extends DataStore {
  override extensions = [
    'creation',
    'creation-with-upload',
    'creation-defer-length',
    'termination',
    'expiration',
    'checksum',
  ]
  readonly #expiryMs: number
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
    const { size } = upload
    if (size !== undefined && !(Number.isSafeInteger(size) && size >= 0)) {
      throw new UploadError('bad-request', 'Upload-Length is not a count of bytes.')
    }
    const { metadata } = currentRequest()
    const { taskId } = await openGrowing(this.#uploads, {
      relativePath: nameOf(upload.metadata ?? {}, this.#uploads.now()),
      size,
      fileType: upload.metadata?.filetype ?? undefined,
      metadata: metadata === '' ? null : metadata,
    })
    upload.id = taskId
    if (size === 0) await this.#finish(taskId)
    return upload
  }

  override async declareUploadLength(id: string, size: number): Promise<void> {
    await stateLength(this.#uploads, parseTaskId(id), size)
  }

  override async write(stream: Readable, id: string, offset: number): Promise<number> {
    const taskId = parseTaskId(id)
    // An empty file is stored by its creation, which may have a body, an empty one.
    if (offset === 0 && (await this.#uploads.ledger.fileOfTask(taskId))?.size === 0) return 0
    const { checksum } = currentRequest()
    const body = bodyOf(stream, this.#idleMs)
    const end = await appendBytes(this.#uploads, taskId, { offset, body, checksum })
    const task = await this.#uploads.ledger.task(taskId)
    // The last answer means that the file is stored: only then may clients forget it.
    if (task === undefined || isOpenEnded(task) || end < task.size || (await this.#finish(taskId))) return end
    return (await this.getUpload(id)).offset
  }

  override async getUpload(id: string): Promise<Upload> {
    const taskId = parseTaskId(id)
    const { ledger, library, now } = this.#uploads
    const task = await ledger.task(taskId)
    if (task !== undefined) return this.#openUpload(task)
    const file = await ledger.fileOfTask(taskId)
    if (file === undefined || file.damagedAtMs !== null) throw taskGone()
    currentRequest().onStored(routes.file(library.toClientPath(file.storedPath)))
    const metadata = await ledger.metadataOf(taskId)
    const creationDate = new Date(now()).toISOString()
    return describe({ id, size: file.size, offset: file.size, metadata, creationDate })
  }

  override async remove(id: string): Promise<void> {
    await endUpload(this.#uploads, parseTaskId(id))
  }

  override getExpiration(): number {
    return this.#expiryMs
  }

  async #openUpload(task: TaskRow): Promise<Upload> {
    const { taskId: id, size, metadata } = task
    // Expiry counts from the last activity; for the package that is the time of creation.
    const creationDate = new Date(task.activeAtMs).toISOString()
    const received = await offsetOf(this.#uploads, task)
    if (isOpenEnded(task)) return describe({ id, size: undefined, offset: received, metadata, creationDate })
    // For clients a full offset means success, so finish first what a killed server did not publish.
    if (received === size && (await this.#finish(id))) return this.getUpload(id)
    const offset = received === size ? await this.#offsetAfterLoss(id) : received
    // A client that repeats its last request states the length again; the package would refuse that of a known one.
    const isStatedAgain = currentRequest().length === size
    return describe({ id, size: isStatedAgain ? undefined : size, offset, metadata, creationDate })
  }

  /** @returns false when the disk lost some bytes and the upload is back at the first of them */
  async #finish(taskId: string): Promise<boolean> {
    try {
      const { storedPath } = await finishAppended(this.#uploads, taskId)
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
    const offset = await offsetOf(this.#uploads, task)
    if (offset < task.size) return offset
    throw new UploadError('storage-failed', 'The server could not keep this file. Try again.')
  }

  /** Limited to what the client of this request may see. */
  get #uploads() {
    return currentRequest().uploads
  }
}

interface Described extends Pick<Upload, 'id' | 'offset'> {
  /** Bytes; undefined when the client has not said it yet. */
  readonly size: number | undefined
  /** As the client sent it. */
  readonly metadata: string | null
  /** ISO 8601. */
  readonly creationDate: string
}

/** The upload as the package answers it. */
function describe({ metadata, creationDate, size, ...upload }: Described): Upload {
  const own = metadata === null ? {} : { metadata: Metadata.parse(metadata) }
  return new Upload({ ...upload, ...(size !== undefined && { size }), ...own, creation_date: creationDate })
}

/** @param idleMs how long the client may send nothing: the package would wait forever, ms */
function bodyOf(stream: Readable, idleMs: number): ChunkBody {
  return {
    read: async (onPiece, signal) => {
      for await (const piece of withIdleLimit(stream, idleMs)) {
        signal.throwIfAborted()
        await onPiece(piece)
      }
    },
  }
}

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
