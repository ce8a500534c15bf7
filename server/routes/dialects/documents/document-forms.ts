/** What the clients of the documents send: multipart forms with a file, numbered or whole, and no digest of it. */
import type { Context } from 'koa'
import { UploadError } from '../../../../src/shared/protocol/errors.ts'
import { type FormFields, type OpenForm, readForm } from '../../../http/multipart-form.ts'
import { clientOf } from '../../../middleware/auth.ts'
import type { NamedChunk, Sender } from '../../../uploads/by-name/find-named.ts'
import { nameWithoutFolders, parsed } from '../../parse-fields.ts'
import { namedChunkFieldsSchema, unnamedChunkFieldsSchema } from './document-schemas.ts'

/** Stands for the name in uploads whose clients tell it at the end. */
export const untold = 'unnamed'

/** @param protocol which of the documents' clients this is */
export function senderOf(ctx: Context, protocol: string): Sender {
  const { name, folder } = clientOf(ctx)
  return { protocol, token: JSON.stringify([name, folder]), address: addressOf(ctx) }
}

/** Of one machine the same, whichever of its own addresses a browser has tried first. */
function addressOf({ req }: Context): string {
  const plain = (req.socket.remoteAddress ?? '').replace(/^::ffff:(?=\d+\.)/i, '')
  return plain === '::1' || plain.startsWith('127.') ? 'this computer' : plain
}

/** A form whose file is a chunk, or a whole file where it states no number of one. */
export interface ChunkForm extends Pick<OpenForm, 'readFile' | 'fileName'> {
  /** What it says of its chunk, when that came before the file. @throws UploadError */
  readonly early: NamedChunk | undefined
  /** The same at the end of the form; undefined for a whole file. @throws UploadError */
  late(): Promise<NamedChunk | undefined>
  /** As `late`, where a whole file is none of this route's. @throws UploadError `bad-request` */
  lateChunk(): Promise<NamedChunk>
}

/**
 * @param fileField name of the one part that is a file
 * @throws UploadError `bad-request`, `name-invalid`, `chunk-invalid`, `connection-lost`, `request-timeout`
 */
export function readChunkForm<Result>(
  ctx: Context,
  fileField: 'file' | 'chunk',
  idleMs: number,
  onFile: (form: ChunkForm) => Promise<Result>,
): Promise<Result> {
  const isNamed = fileField === 'file'
  const needed = Object.keys((isNamed ? namedChunkFieldsSchema : unnamedChunkFieldsSchema).shape)
  return readForm(ctx, fileField, { idleMs }, (form) => {
    const isDescribed = needed.every((name) => form.fieldsSoFar.has(name))
    const late = async () => {
      const fields = await form.fieldsAtEnd()
      const isWhole = !['chunkNumber', 'totalChunks'].some((name) => fields.has(name))
      return isWhole ? undefined : chunkOf(fields, isNamed)
    }
    const lateChunk = async () => (await late()) ?? undescribed(isNamed)
    return onFile({
      fileName: form.fileName,
      readFile: (onPiece, signal) => form.readFile(onPiece, signal),
      early: isDescribed ? chunkOf(form.fieldsSoFar, isNamed) : undefined,
      late,
      lateChunk,
    })
  })
}

function undescribed(isNamed: boolean): never {
  const fields = isNamed ? 'chunkNumber, totalChunks and filename' : 'chunkNumber and totalChunks'
  throw new UploadError('bad-request', `Send ${fields} with the chunk.`)
}

function chunkOf(fields: FormFields, isNamed: boolean): NamedChunk {
  const values = Object.fromEntries(fields)
  const { chunkNumber: chunkIndex, totalChunks } = parsed(unnamedChunkFieldsSchema, values)
  if (chunkIndex >= totalChunks) {
    const message = `The file has ${totalChunks} chunks, numbered from 0; there is no chunk ${chunkIndex}.`
    throw new UploadError('chunk-invalid', message)
  }
  const fileName = isNamed ? nameWithoutFolders(parsed(namedChunkFieldsSchema, values).filename) : untold
  return { fileName, chunkIndex, totalChunks }
}
