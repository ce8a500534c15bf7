/** Building blocks for describing the operations of a protocol; document.ts makes OpenAPI 3.1 of them. */
import { z } from 'zod'
import type { schemas } from './schemas.ts'

export type SchemaName = keyof typeof schemas
export type Json = Readonly<Record<string, unknown>>

export interface Operation {
  readonly method: 'get' | 'head' | 'post' | 'put' | 'patch' | 'delete' | 'options'
  /** In OpenAPI's form: `/api/task/{taskId}`. */
  readonly path: string
  /** What generated clients call it; unique. */
  readonly operationId: string
  readonly summary: string
  readonly description: string
  /** Left out where one is needed. */
  readonly needsToken?: false
  readonly parameters?: readonly Json[]
  readonly requestBody?: Json
  /** By status. */
  readonly responses: Readonly<Record<string, Json>>
}

const ref = (name: SchemaName): Json => ({ $ref: `#/components/schemas/${name}` })

/** A JSON answer with a schema. */
export function json(schema: SchemaName, description: string, more: Json = {}): Json {
  return { description, content: { 'application/json': { schema: ref(schema) } }, ...more }
}

export function jsonBody(schema: SchemaName): Json {
  return { required: true, content: { 'application/json': { schema: ref(schema) } } }
}

/** An answer without a body. */
export function empty(description: string, headers: Json = {}): Json {
  return { description, headers }
}

export function inPath(name: string, schema: z.ZodType, description: string): Json {
  return { in: 'path', name, required: true, schema: bare(schema), description }
}

export function inHeader(name: string, schema: z.ZodType, description: string, required = true): Json {
  return { in: 'header', name, required, schema: bare(schema), description }
}

export function inQuery(name: string, schema: z.ZodType, description: string, required = false): Json {
  return { in: 'query', name, ...(required && { required }), schema: bare(schema), description }
}

export function header(schema: z.ZodType, description: string): Json {
  return { schema: bare(schema), description }
}

/** A schema without its `$schema`, which the document states once for all of them. */
export function bare(schema: z.ZodType, io: 'input' | 'output' = 'input'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, target: 'draft-2020-12' })
  return rest
}

/** The errors of an operation, including those that every operation has: 401, 403, 500, 503. */
export function errors(...statuses: readonly number[]): Record<string, Json> {
  const common = [401, 403, ...statuses, 500, 503]
  return Object.fromEntries(common.map((status) => [status, json('Error', meanings[status] ?? 'Error')]))
}

const meanings: Readonly<Record<number, string>> = {
  400: 'bad-request, name-invalid, chunk-invalid: correct the request',
  401: 'unauthorized: send the token',
  403: 'forbidden: use an allowed Host and Origin, and for metrics a token for the whole library',
  404: 'task-gone: offer the file again; or not-found',
  408: 'request-timeout: no data arrived; send it again',
  409: 'chunk-conflict: start over; chunks-missing: send details.missingChunks',
  411: 'length-required: send Content-Length',
  412: 'bad-request: another version of tus',
  413: 'file-too-large, or a request that is too large',
  415: 'bad-request: another media type is needed',
  416: 'bad-request: the range is outside of the file',
  422: 'chunk-corrupted: send it again; digest-mismatch: the digest is wrong',
  423: 'task-busy: try again after Retry-After',
  429: 'too-many-requests: finish or delete some uploads',
  460: 'chunk-corrupted: the bytes do not match Upload-Checksum; none was kept',
  500: 'storage-failed, server-error: try again; the reason is in the log',
  501: 'bad-request: an extension that the server does not support',
  503: 'server-closing, server-unreachable: try again after Retry-After',
  507: 'storage-full: wait for room; nothing that was received is lost',
}

/** A body of bytes. */
export const binary = (description: string) => ({
  description,
  content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
})
