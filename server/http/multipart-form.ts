/**
 * Reads a multipart form with one file part as a stream, in whatever order its parts come: bounded fields, and never
 * more than a few pieces of the file in memory. Stands between request-body.ts and the routes that take forms.
 */
import type { Readable } from 'node:stream'
import { Busboy, type BusboyConfig, type BusboyInstance } from '@fastify/busboy'
import type { Context } from 'koa'
import { UploadError } from '../../src/shared/protocol/errors.ts'
import { Refusal } from '../refusal.ts'
import { type ReadOptions, readBody } from './request-body.ts'

const limits = {
  fields: 16,
  files: 1,
  parts: 20,
  fieldNameSize: 100,
  fieldSize: 4096,
  headerPairs: 20,
  headerSize: 8192,
}

export type FormFields = ReadonlyMap<string, string>

/** A form whose file part has begun. */
export interface OpenForm {
  /** The fields that came before the file. */
  readonly fieldsSoFar: FormFields
  /** All fields, once the form has come to its end, for which the file must be read. @throws UploadError */
  fieldsAtEnd(): Promise<FormFields>
  /**
   * Reads the file to its end; a promise that `onPiece` returns is waited for before the next piece.
   * @throws UploadError when the form breaks off or is none; the signal's reason; whatever `onPiece` threw
   */
  readFile(onPiece: (piece: Buffer) => Promise<void> | undefined, signal: AbortSignal): Promise<void>
}

/**
 * Hands the form over as soon as its file part begins; when `onFile` fails, the rest of the form is not read.
 * @param fileField name of the one part that is a file
 * @throws UploadError `bad-request`, `connection-lost`, `request-timeout`, or whatever `onFile` threw
 */
export async function readForm<Result>(
  ctx: Context,
  fileField: string,
  options: Pick<ReadOptions, 'idleMs'>,
  onFile: (form: OpenForm) => Promise<Result>,
): Promise<Result> {
  const parser = createParser(ctx, fileField)
  const form = new FormReader(parser, fileField)
  const body = readBody(ctx, (piece) => feed(parser, piece), { ...options, signal: form.failed })
  body.then(
    () => parser.end(),
    (reason) => form.fail(reason),
  )
  try {
    await form.fileBegun
    return await onFile(form)
  } catch (thrown) {
    form.fail(thrown)
    throw thrown
  }
}

function createParser(ctx: Context, fileField: string): BusboyInstance {
  if (!ctx.is('multipart/form-data') || !['', 'identity'].includes(ctx.get('Content-Encoding'))) {
    throw new Refusal('bad-request', 'Send the request as multipart/form-data.', { status: 415 })
  }
  const isPartAFile: BusboyConfig['isPartAFile'] = (name, _type, fileName) =>
    name === fileField || fileName !== undefined
  try {
    const headers = { 'content-type': ctx.get('Content-Type') }
    return new Busboy({ headers, limits, isPartAFile })
  } catch (thrown) {
    throw malformed(thrown)
  }
}

/** Resolves when the parser has passed the piece on. */
function feed(parser: BusboyInstance, piece: Buffer): Promise<void> {
  return new Promise((resolve) => {
    parser.write(piece, () => resolve())
  })
}

class FormReader implements OpenForm {
  readonly #fields = new Map<string, string>()
  readonly #begun = Promise.withResolvers<void>()
  readonly #ended = Promise.withResolvers<void>()
  readonly #failure = new AbortController()
  #file: Readable | undefined

  constructor(parser: BusboyInstance, fileField: string) {
    // Somebody may have stopped waiting for these before they fail.
    this.#begun.promise.catch(() => undefined)
    this.#ended.promise.catch(() => undefined)
    parser.on('field', (name, value, isNameCut, isValueCut) => {
      if (isNameCut || isValueCut) this.fail(refusal(`The field ${name} is too long.`))
      else if (this.#fields.has(name)) this.fail(refusal(`The form says ${name} twice.`))
      else this.#fields.set(name, value)
    })
    parser.on('file', (name, file) => {
      this.#file = file
      file.on('error', () => undefined)
      if (name === fileField) this.#begun.resolve()
      else this.fail(refusal(`Send no other file than ${fileField}.`))
    })
    const tooMuch = () => this.fail(refusal('The form has too many parts, or more than one file.'))
    parser.on('partsLimit', tooMuch).on('filesLimit', tooMuch).on('fieldsLimit', tooMuch)
    parser.on('error', (reason) => this.fail(malformed(reason)))
    parser.on('finish', () => {
      this.#ended.resolve()
      this.#begun.reject(refusal(`The form has no file ${fileField}.`))
    })
  }

  get fileBegun(): Promise<void> {
    return this.#begun.promise
  }

  /** Aborted once the form can be read no further. */
  get failed(): AbortSignal {
    return this.#failure.signal
  }

  get fieldsSoFar(): FormFields {
    return new Map(this.#fields)
  }

  async fieldsAtEnd(): Promise<FormFields> {
    await this.#ended.promise
    this.failed.throwIfAborted()
    return this.#fields
  }

  async readFile(onPiece: (piece: Buffer) => Promise<void> | undefined, signal: AbortSignal): Promise<void> {
    const stop = () => this.fail(signal.reason)
    signal.addEventListener('abort', stop)
    if (signal.aborted) stop()
    try {
      for await (const piece of this.#file ?? []) await onPiece(piece)
    } catch (thrown) {
      // What the parser says is what became of the form, whatever its stream makes of it.
      this.failed.throwIfAborted()
      throw thrown
    } finally {
      signal.removeEventListener('abort', stop)
    }
    this.failed.throwIfAborted()
  }

  /** Lets everybody who waits for the form know; the first reason counts. */
  fail(reason: unknown): void {
    this.#failure.abort(reason)
    this.#begun.reject(reason)
    this.#ended.reject(reason)
    this.#file?.destroy()
  }
}

function refusal(message: string): UploadError {
  return new UploadError('bad-request', message)
}

function malformed(cause: unknown): UploadError {
  return new UploadError('bad-request', 'The form is cut off or is no multipart form. Send it again.', {
    cause,
  })
}
