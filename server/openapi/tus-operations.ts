/** Describes tus 1.0; for details see its own specification. */
import { z } from 'zod'
import { binary, empty, errors, header, inHeader, inPath, type Operation } from './operation.ts'

const bytes = z.int().min(0)
const id = inPath('id', z.string().regex(/^[0-9a-f]{32}$/), 'From the Location header of the creation.')
const resumable = inHeader('Tus-Resumable', z.literal('1.0.0'), 'The version.')
const checksum = inHeader('Upload-Checksum', z.string(), '`sha1|md5|sha256 <base64>` of the body.', false)
const laterLength = inHeader('Upload-Length', bytes, 'Bytes of the whole file, if not stated yet.', false)
const octets = {
  content: { 'application/offset+octet-stream': { schema: { type: 'string', format: 'binary' } } },
}
const offset = { 'Upload-Offset': header(bytes, 'Bytes received so far.') }
const length = { 'Upload-Length': header(bytes, 'Bytes of the whole file.') }
const place = {
  'Content-Location': header(
    z.string(),
    'Where the file is, once it is stored; below the path of `PUBLIC_URL`.',
  ),
}
const expires = { 'Upload-Expires': header(z.string(), 'When an unfinished upload is deleted.') }

const abilities: Omit<Operation, 'path' | 'operationId'> = {
  needsToken: false,
  method: 'options',
  summary: 'What the server supports',
  description: 'Versions, extensions and limits, in headers.',
  responses: {
    204: empty('In its headers.', {
      'Tus-Version': header(z.string(), 'Versions.'),
      'Tus-Extension': header(z.string(), 'Extensions.'),
      'Tus-Max-Size': header(bytes, 'The largest file.'),
      'Tus-Checksum-Algorithm': header(z.string(), 'For Upload-Checksum.'),
    }),
    ...errors(),
  },
}

export const tusOperations: readonly Operation[] = [
  { ...abilities, path: '/tus', operationId: 'tusAbilities' },
  { ...abilities, path: '/tus/{id}', operationId: 'tusAbilitiesOfUpload', parameters: [id] },
  {
    method: 'post',
    path: '/tus',
    operationId: 'tusCreate',
    summary: 'Create an upload, with or without its first bytes',
    description: "Answers where the upload is; that address is the client's key to go on later.",
    parameters: [
      resumable,
      inHeader('Upload-Length', bytes, 'Bytes of the whole file, where they are known.', false),
      inHeader('Upload-Defer-Length', z.literal('1'), 'In its place: the length comes later.', false),
      inHeader(
        'Upload-Metadata',
        z.string(),
        '`relativePath` or `filename`, perhaps `filetype`, in base64. Without a name the time gives one.',
        false,
      ),
      checksum,
    ],
    requestBody: octets,
    responses: {
      201: empty('Created.', {
        Location: header(z.string(), '`/tus/{id}`, below the path of `PUBLIC_URL`'),
        ...offset,
        ...expires,
      }),
      ...errors(400, 408, 412, 413, 423, 429, 460, 501, 507),
    },
  },
  {
    method: 'head',
    path: '/tus/{id}',
    operationId: 'tusOffset',
    summary: 'Progress of an upload',
    description: 'Of a finished one, the offset is the length, and Content-Location says where the file is.',
    parameters: [id, resumable],
    responses: {
      200: empty('In its headers.', { ...offset, ...length, ...place }),
      ...errors(404, 412, 423),
    },
  },
  {
    method: 'get',
    path: '/tus/{id}',
    operationId: 'tusDownload',
    summary: 'Download the stored file of a finished upload',
    description: 'Of an unfinished one there is nothing to download: 404.',
    parameters: [id],
    responses: { 200: binary('The whole file, as from `/uploads/{path}`.'), ...errors(404) },
  },
  {
    method: 'patch',
    path: '/tus/{id}',
    operationId: 'tusAppend',
    summary: 'Send bytes from the offset on; the last answer means that the file is verified and stored',
    description: 'With `Upload-Checksum`, all bytes of the request count or none.',
    parameters: [
      id,
      resumable,
      inHeader('Upload-Offset', bytes, 'Where these bytes belong.'),
      laterLength,
      checksum,
    ],
    requestBody: { ...octets, required: true },
    responses: {
      204: empty('The bytes are stored.', { ...offset, ...expires, ...place }),
      ...errors(400, 404, 408, 409, 412, 413, 415, 423, 460, 507),
    },
  },
  {
    method: 'delete',
    path: '/tus/{id}',
    operationId: 'tusEnd',
    summary: 'Abort an upload; of a finished one only this address ends, and the stored file stays',
    description: 'The bytes of an unfinished upload are deleted.',
    parameters: [id, resumable],
    responses: { 204: empty('The upload is gone.'), ...errors(400, 404, 412, 423) },
  },
]
