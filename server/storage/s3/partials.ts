/**
 * Unfinished files in an object store. A chunk of 5 MiB or more is a part of the task's multipart upload, a smaller or
 * incomplete one an object of its own; the only chunk of a file is the file. The store is always asked what there is,
 * because another server may have put it there.
 */
import { UploadError } from '../../../src/shared/protocol/errors.ts'
import type { ChunkWrite, ChunkWriter } from '../store.ts'
import type { S3Bucket, S3Object } from './bucket.ts'
import { isGone } from './errors.ts'
import { chunksAreParts, type S3Inventory, type S3Piece } from './inventory.ts'
import type { S3Multipart, S3Upload } from './multipart.ts'
import { type ObjectKeys, parsePieceName } from './object-keys.ts'
import { inParallel } from './parallel.ts'
import { PieceRoom, S3PieceWriter } from './piece-writer.ts'
import { S3StreamWriter, type S3Target } from './stream-writer.ts'

const deletesAtOnce = 8

export class S3Partials {
  readonly #bucket: S3Bucket
  readonly #multipart: S3Multipart
  readonly #keys: ObjectKeys
  readonly #room = new PieceRoom()
  /** By task: uploads that are being looked up or created, because the chunks of a file arrive at the same time. */
  readonly #opening = new Map<string, Promise<S3Upload>>()
  /** Tasks of this server of which the bucket has the whole and nothing else. */
  readonly #wholes = new Set<string>()

  constructor(bucket: S3Bucket, multipart: S3Multipart, keys: ObjectKeys) {
    this.#bucket = bucket
    this.#multipart = multipart
    this.#keys = keys
  }

  openChunk(chunk: ChunkWrite): ChunkWriter {
    const { taskId, chunkIndex, length, mayEndEarly } = chunk
    const offset = chunk.offset - chunkIndex * (chunk.chunkSize ?? 0)
    const target = this.#targetOf(chunk)
    if (length !== undefined && mayEndEarly !== true) return new S3StreamWriter(target, length, chunk.sha256)
    const putPiece = async (at: number, bytes: Uint8Array) => {
      await this.#bucket.putBytes(this.#keys.piece(taskId, chunkIndex, at), bytes)
    }
    return new S3PieceWriter({ room: this.#room, target, putPiece, offset, wholeLength: length })
  }

  /**
   * Stores a small file that is here whole.
   * @param taskId of a task that has no partial yet
   * @returns its etag
   */
  async putWhole(taskId: string, bytes: Uint8Array): Promise<string> {
    const key = this.#keys.whole(taskId)
    const etag = (await this.#bucket.putBytes(key, bytes)) ?? (await this.#bucket.head(key))?.etag
    if (etag === undefined) throw new UploadError('storage-failed', 'The object storage lost a file.')
    this.#wholes.add(taskId)
    return etag
  }

  async inventory(taskId: string): Promise<S3Inventory> {
    const prefix = this.#keys.partial(taskId)
    const pieces = new Map<number, S3Piece[]>()
    const otherKeys: string[] = []
    let whole: S3Object | undefined
    for await (const object of this.#bucket.list(prefix)) {
      const piece = parsePieceName(object.key.slice(prefix.length))
      if (object.key === this.#keys.whole(taskId)) whole = object
      else if (piece === undefined) otherKeys.push(object.key)
      else pieces.set(piece.chunkIndex, [...(pieces.get(piece.chunkIndex) ?? []), { ...object, ...piece }])
    }
    const hasUpload = otherKeys.includes(this.#keys.upload(taskId))
    const found = hasUpload ? await this.#knownUpload(taskId) : undefined
    const parts = found && (await this.#multipart.parts(found))
    return { whole, pieces, otherKeys, upload: found && parts && { ...found, parts } }
  }

  /** Removes what the whole was assembled from. */
  async clear(inventory: S3Inventory): Promise<void> {
    const pieces = [...inventory.pieces.values()].flat().map((piece) => piece.key)
    await inParallel([...pieces, ...inventory.otherKeys], deletesAtOnce, (key) => this.#bucket.delete(key))
  }

  async discard(taskId: string): Promise<void> {
    // What is known need not be listed: most files are small, and a request may take long.
    if (this.#wholes.delete(taskId)) return this.#bucket.delete(this.#keys.whole(taskId))
    const prefix = this.#keys.partial(taskId)
    const keys: string[] = []
    for await (const { key } of this.#bucket.list(prefix)) keys.push(key)
    const copying = this.#keys.copying(taskId)
    const copiedTo = keys.includes(copying) ? await this.#bucket.getText(copying) : undefined
    if (copiedTo !== undefined) await this.#abortAll(copiedTo)
    // A file of one chunk never had an upload.
    if (keys.length !== 1 || keys[0] !== this.#keys.whole(taskId)) await this.#abortAll(prefix)
    await inParallel(keys, deletesAtOnce, (key) => this.#bucket.delete(key))
  }

  /** The ids of all tasks that have a partial. */
  async ids(): Promise<string[]> {
    const ids = new Set<string>()
    for await (const id of this.#bucket.folders(this.#keys.partials)) ids.add(id)
    for await (const { key } of this.#multipart.uploads(this.#keys.partials)) {
      ids.add(key.slice(this.#keys.partials.length).split('/')[0] ?? '')
    }
    return [...ids]
  }

  /** Aborts all uploads whose keys have this prefix. */
  async #abortAll(prefix: string): Promise<void> {
    for await (const upload of this.#multipart.uploads(prefix)) await this.#multipart.abort(upload)
  }

  #targetOf(chunk: ChunkWrite): S3Target {
    const { taskId, chunkIndex } = chunk
    if (chunksAreParts(chunk)) return this.#partTarget(taskId, chunkIndex + 1)
    const key = chunk.totalChunks === 1 ? this.#keys.whole(taskId) : this.#keys.piece(taskId, chunkIndex, 0)
    return {
      putBytes: async (bytes) => void (await this.#bucket.putBytes(key, bytes)),
      putStream: (stream) => this.#bucket.putStream(key, stream),
    }
  }

  #partTarget(taskId: string, number: number): S3Target {
    return {
      putBytes: async (bytes) => {
        // An empty chunk needs no part.
        if (bytes.length > 0)
          await this.#intoUpload(taskId, (to) => this.#multipart.putBytes(to, number, bytes))
      },
      putStream: (stream) => this.#intoUpload(taskId, (to) => this.#multipart.putStream(to, number, stream)),
    }
  }

  async #intoUpload(taskId: string, put: (upload: S3Upload) => Promise<unknown>): Promise<void> {
    const upload = await this.#uploadOf(taskId)
    try {
      await put(upload)
    } catch (thrown) {
      if (!isGone(thrown)) throw thrown
      // It was completed by a server that died before committing, or a rule of the bucket ended it.
      if ((await this.#knownUpload(taskId))?.id === upload.id)
        await this.#bucket.delete(this.#keys.upload(taskId))
      const message = 'The object storage ended the upload of this file. Send the chunk again.'
      throw new UploadError('storage-failed', message, { cause: thrown })
    }
  }

  /** The upload whose parts are the task's chunks, the same for all servers; created when there is none. */
  #uploadOf(taskId: string): Promise<S3Upload> {
    const known = this.#opening.get(taskId)
    if (known !== undefined) return known
    const opening = this.#findOrCreate(taskId).finally(() => this.#opening.delete(taskId))
    this.#opening.set(taskId, opening)
    return opening
  }

  async #findOrCreate(taskId: string): Promise<S3Upload> {
    const known = await this.#knownUpload(taskId)
    if (known !== undefined) return known
    const created = await this.#multipart.create(this.#keys.whole(taskId))
    const isFirst = await this.#bucket.putNew(this.#keys.upload(taskId), created.id).catch(async (thrown) => {
      // Nobody would know about this upload.
      await this.#multipart.abort(created).catch(() => undefined)
      throw thrown
    })
    // Read back even if it seems to be the first: in stores without conditions the last one has won.
    const won = await this.#knownUpload(taskId)
    if (won?.id === created.id) return created
    await this.#multipart.abort(created)
    if (won !== undefined) return won
    const message = `The upload of this file was ${isFirst ? 'aborted' : 'completed'} meanwhile. Send the chunk again.`
    throw new UploadError('storage-failed', message)
  }

  async #knownUpload(taskId: string): Promise<S3Upload | undefined> {
    const id = await this.#bucket.getText(this.#keys.upload(taskId))
    return id === undefined ? undefined : { key: this.#keys.whole(taskId), id }
  }
}
