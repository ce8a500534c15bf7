/** Describes resumable uploads over HTTP; for details see draft-ietf-httpbis-resumable-upload-12. */
import { z } from 'zod'
import { empty, errors, header, inHeader, inPath, type Json, json, type Operation } from './operation.ts'

const bytes = z.int().min(0)
const boolean = z.enum(['?1', '?0'])
const id = inPath('id', z.string().regex(/^[0-9a-f]{32}$/), 'From the Location header of the creation.')
const complete = { 'Upload-Complete': header(boolean, 'Whether the file is stored.') }
const offset = { 'Upload-Offset': header(bytes, 'Bytes received so far.') }
const limit = { 'Upload-Limit': header(z.string(), 'The largest file, and for how long an upload is kept.') }
const place = {
  'Content-Location': header(
    z.string(),
    'Where the file is, once it is stored; below the path of `PUBLIC_URL`.',
  ),
}
const location = { Location: header(z.string(), '`/resumable/{id}`, below the path of `PUBLIC_URL`') }
const length = inHeader('Upload-Length', bytes, 'Bytes of the whole file, where they are known.', false)
const version = inHeader(
  'Upload-Draft-Interop-Version',
  z.enum(['6', '8']),
  'For interim answers 104 with the address and, while bytes come, the offset.',
  false,
)
const digests = [
  inHeader(
    'Content-Digest',
    z.string(),
    '`sha-256=:<base64>:` of the body: it counts as a whole, or not.',
    false,
  ),
  inHeader('Repr-Digest', z.string(), '`sha-256=:<base64>:` of the file, where it ends here.', false),
]

function body(type: string): Json {
  return { content: { [type]: { schema: { type: 'string', format: 'binary' } } } }
}

function problems(...statuses: readonly number[]): Record<string, Json> {
  const schema = { $ref: '#/components/schemas/Problem' }
  const all = Object.entries(errors(...statuses))
  const described = ([status, answer]: [string, Json]): [string, Json] => [
    status,
    { ...answer, content: { 'application/problem+json': { schema } } },
  ]
  return Object.fromEntries(all.map(described))
}

const creation: Omit<Operation, 'method' | 'operationId'> = {
  path: '/resumable',
  summary: 'Upload a file, whole or its beginning, so that it can be resumed',
  description: 'Without `Upload-Complete` the body is the whole file, as of any HTTP client.',
  parameters: [
    inHeader('Upload-Complete', boolean, '`?0`: more follows by PATCH.', false),
    length,
    inHeader(
      'Content-Disposition',
      z.string(),
      '`inline; filename*=…`; without it the time gives a name.',
      false,
    ),
    ...digests,
    version,
  ],
  requestBody: body('application/octet-stream'),
  responses: {
    201: json('StoredFile', 'Stored; or, without a body, begun.', {
      headers: { ...location, ...complete, ...offset, ...limit, ...place },
    }),
    ...problems(400, 408, 409, 413, 415, 422, 429, 507),
  },
}

const abilities: Omit<Operation, 'path' | 'operationId'> = {
  needsToken: false,
  method: 'options',
  summary: 'Limits of resumable uploads',
  description: 'In headers.',
  responses: {
    204: empty('In its headers.', { 'Accept-Patch': header(z.string(), 'The type of appends.'), ...limit }),
    ...problems(),
  },
}

export const resumableOperations: readonly Operation[] = [
  { ...creation, method: 'post', operationId: 'resumableCreate' },
  { ...creation, method: 'put', operationId: 'resumableCreateByPut' },
  { ...abilities, path: '/resumable', operationId: 'resumableAbilities' },
  { ...abilities, path: '/resumable/{id}', operationId: 'resumableAbilitiesOfUpload', parameters: [id] },
  {
    method: 'get',
    path: '/resumable/{id}',
    operationId: 'resumableState',
    summary: 'Progress of an upload, also by HEAD',
    description: 'A request with bytes that is still running ends.',
    parameters: [id],
    responses: {
      204: empty('In its headers.', { ...complete, ...offset, ...limit, ...place }),
      ...problems(404),
    },
  },
  {
    method: 'patch',
    path: '/resumable/{id}',
    operationId: 'resumableAppend',
    summary: 'Send bytes from the offset on; the last answer means that the file is verified and stored',
    description: 'What came before a connection broke is kept: ask for the offset, and go on from there.',
    parameters: [
      id,
      inHeader('Upload-Offset', bytes, 'Where these bytes belong.'),
      inHeader('Upload-Complete', boolean, '`?1`: the file ends with these bytes.'),
      length,
      ...digests,
      version,
    ],
    requestBody: body('application/partial-upload'),
    responses: {
      200: json('StoredFile', 'The file is stored.', {
        headers: { ...complete, ...offset, ...limit, ...place },
      }),
      204: empty('The bytes are received.', { ...complete, ...offset, ...limit }),
      ...problems(400, 404, 408, 409, 413, 415, 422, 507),
    },
  },
  {
    method: 'delete',
    path: '/resumable/{id}',
    operationId: 'resumableCancel',
    summary: 'Cancel an upload; of a complete one only this address ends, and the stored file stays',
    description: 'The bytes of an incomplete upload are deleted.',
    parameters: [id],
    responses: { 204: empty('The upload is gone.'), ...problems(404, 423) },
  },
]
