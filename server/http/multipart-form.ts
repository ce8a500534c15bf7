/**
 * Reads a multipart form with one file part as a stream, whatever order its parts come in. Fields are limited, and never
 * more than a few pieces of the file are in memory. Stands between request-body.ts and the routes that accept forms.
 */
import type { Readable } from 'node:stream'
import { Busboy, type BusboyConfig, type BusboyInstance } from '@fastify/busboy'
import type { Context } from 'koa'
import { UploadError } from '../../src/shared/protocol/errors.ts'
import { HttpError } from './http-error.ts'
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
  /** What the form calls the file; undefined where it does not say. */
  readonly fileName: string | undefined
  /** The fields that came before the file. */
  readonly fieldsSoFar: FormFields
  /** All fields, once the form has ended; the file must be read for that. @throws UploadError */
  fieldsAtEnd(): Promise<FormFields>
  /**
   * Reads the file to its end; waits for the promise that `onPiece` returns before reading the next piece.
   * @throws UploadError when the form is malformed or breaks off; the signal's reason; what `onPiece` threw
   */
  readFile(onPiece: (piece: Buffer) => Promise<void> | undefined, signal: AbortSignal): Promise<void>
}

/**
 * Passes the form on as soon as its file part begins; when `onFile` fails, the rest of the form is not read.
 * @param fileField name of the one part that is a file
 * @throws UploadError `bad-request`, `connection-lost`, `request-timeout`, or what `onFile` threw
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
    throw new HttpError(415, 'bad-request', 'Send the request as multipart/form-data.')
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
  #fileName: string | undefined

  constructor(parser: BusboyInstance, fileField: string) {
    // These may fail when nobody waits for them any more.
    this.#begun.promise.catch(() => undefined)
    this.#ended.promise.catch(() => undefined)
    parser.on('field', (name, value, isNameCut, isValueCut) => {
      if (isNameCut || isValueCut) this.fail(badForm(`The field ${name} is too long.`))
      else if (this.#fields.has(name)) this.fail(badForm(`The form has the field ${name} twice.`))
      else this.#fields.set(name, value)
    })
    parser.on('file', (name, file, fileName) => {
      this.#file = file
      this.#fileName = fileName
      file.on('error', () => undefined)
      if (name === fileField) this.#begun.resolve()
      else this.fail(badForm(`Send no other file than ${fileField}.`))
    })
    const tooMuch = () => this.fail(badForm('The form has too many parts, or more than one file.'))
    parser.on('partsLimit', tooMuch).on('filesLimit', tooMuch).on('fieldsLimit', tooMuch)
    parser.on('error', (reason) => this.fail(malformed(reason)))
    parser.on('finish', () => {
      this.#ended.resolve()
      this.#begun.reject(badForm(`The form has no file ${fileField}.`))
    })
  }

  get fileBegun(): Promise<void> {
    return this.#begun.promise
  }

  /** Aborted once the form cannot be read any further. */
  get failed(): AbortSignal {
    return this.#failure.signal
  }

  get fileName(): string | undefined {
    return this.#fileName
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
      // The parser's reason for the failure counts, not the one that the file's stream reports.
      this.failed.throwIfAborted()
      throw thrown
    } finally {
      signal.removeEventListener('abort', stop)
    }
    this.failed.throwIfAborted()
  }

  /** Fails everything that waits for the form; the first reason counts. */
  fail(reason: unknown): void {
    this.#failure.abort(reason)
    this.#begun.reject(reason)
    this.#ended.reject(reason)
    this.#file?.destroy()
  }
}

function badForm(message: string): UploadError {
  return new UploadError('bad-request', message)
}

function malformed(cause: unknown): UploadError {
  return new UploadError('bad-request', 'The form is cut off or not a multipart form. Send it again.', {
    cause,
  })
}
