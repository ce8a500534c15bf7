/** Which key an object has: pure, knows no network. Keys are the paths of the disk store, so that people find files. */
import { createHash } from 'node:crypto'
import { safePath } from '../safe-path.ts'

/** S3 takes no longer keys; in UTF-8. */
const maxKeyBytes = 1024

export class S3Keys {
  readonly partials: string
  readonly #prefix: string

  /** @param prefix before every key: empty, or ends with a slash */
  constructor(prefix: string) {
    this.#prefix = prefix
    this.partials = `${prefix}.photoferry/partial/`
  }

  /** Before all that was made for a task. */
  partial(taskId: string): string {
    return `${this.partials}${safePath(taskId).join('/')}/`
  }

  /** The task's chunks, made one. */
  whole(taskId: string): string {
    return `${this.partial(taskId)}whole`
  }

  /** Holds the id of the multipart upload that takes the task's chunks as parts. */
  upload(taskId: string): string {
    return `${this.partial(taskId)}upload`
  }

  /** Holds the key that a large copy is being made under. */
  copying(taskId: string): string {
    return `${this.partial(taskId)}copying`
  }

  /** @param offset of the piece in its chunk, bytes */
  piece(taskId: string, chunkIndex: number, offset: number): string {
    return `${this.partial(taskId)}${chunkIndex}-${offset}`
  }

  /** A stored file. A path that would make the key too long is stored by its digest. */
  file(path: string): string {
    const key = `${this.#prefix}uploads/${safePath(path, 'linux').join('/')}`
    if (Buffer.byteLength(key) <= maxKeyBytes) return key
    return `${this.#prefix}.photoferry/long/${createHash('sha256').update(path).digest('hex')}`
  }
}

/** What `piece` was made of; undefined for the other objects of a task. @param name what follows the task's prefix */
export function pieceOf(name: string): { readonly chunkIndex: number; readonly offset: number } | undefined {
  const [, chunkIndex, offset] = /^(\d+)-(\d+)$/.exec(name) ?? []
  if (chunkIndex === undefined || offset === undefined) return undefined
  return { chunkIndex: Number(chunkIndex), offset: Number(offset) }
}
