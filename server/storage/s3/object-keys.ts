/** The keys of objects. They are the paths of the disk store, so that people find their files. Knows no network. */
import { createHash } from 'node:crypto'
import { safePath } from '../safe-path.ts'

/** S3's limit, in bytes of UTF-8. */
const maxKeyBytes = 1024

export class ObjectKeys {
  readonly partials: string
  readonly #prefix: string

  /** @param prefix before every key: empty, or ends with a slash */
  constructor(prefix: string) {
    this.#prefix = prefix
    this.partials = `${prefix}.photoferry/partial/`
  }

  /** Prefix of everything that belongs to a task. */
  partial(taskId: string): string {
    return `${this.partials}${safePath(taskId).join('/')}/`
  }

  /** The task's chunks, assembled. */
  whole(taskId: string): string {
    return `${this.partial(taskId)}whole`
  }

  /** Contains the id of the multipart upload whose parts are the task's chunks. */
  upload(taskId: string): string {
    return `${this.partial(taskId)}upload`
  }

  /** Contains the key to which a large copy is being made. */
  copying(taskId: string): string {
    return `${this.partial(taskId)}copying`
  }

  /** @param offset of the piece in its chunk, bytes */
  piece(taskId: string, chunkIndex: number, offset: number): string {
    return `${this.partial(taskId)}${chunkIndex}-${offset}`
  }

  /** A stored file. A path that would make the key too long is replaced by its digest. */
  file(path: string): string {
    const key = `${this.#prefix}uploads/${safePath(path, 'linux').join('/')}`
    if (Buffer.byteLength(key) <= maxKeyBytes) return key
    return `${this.#prefix}.photoferry/long/${createHash('sha256').update(path).digest('hex')}`
  }

  /** Where a damaged file is kept once it was replaced. @param number tells apart those of one path, from 1 */
  damaged(path: string, number: number): string {
    const ending = number === 1 ? '' : `.${number}`
    const key = `${this.#prefix}.photoferry/damaged/${safePath(path, 'linux').join('/')}${ending}`
    if (Buffer.byteLength(key) <= maxKeyBytes) return key
    const digest = createHash('sha256').update(path).digest('hex')
    return `${this.#prefix}.photoferry/damaged/${digest}${ending}`
  }
}

/** The inverse of `piece`; undefined for other objects of a task. @param name the key without the task's prefix */
export function parsePieceName(
  name: string,
): { readonly chunkIndex: number; readonly offset: number } | undefined {
  const [, chunkIndex, offset] = /^(\d+)-(\d+)$/.exec(name) ?? []
  if (chunkIndex === undefined || offset === undefined) return undefined
  return { chunkIndex: Number(chunkIndex), offset: Number(offset) }
}
