/** Describes the routes of the documents' clients, which know no digest of their files. */
import { errors, type Json, json, jsonBody, type Operation, type SchemaName } from './operation.ts'

const form = (schema: SchemaName): Json => ({
  required: true,
  content: { 'multipart/form-data': { schema: { $ref: `#/components/schemas/${schema}` } } },
})

const sender =
  'Which upload a chunk is for is told by its name, the token, and the address that it comes from. Where other bytes come for a chunk within 30 seconds of the last request, both uploads are refused (409); later the file begins anew.'

export const documentOperations: readonly Operation[] = [
  {
    method: 'post',
    path: '/upload',
    operationId: 'uploadForm',
    summary: 'Send a whole file, or one chunk of it after the other',
    description: `Without chunkNumber and totalChunks, the part is the whole file, and its filename the name. A chunk that would leave a hole is refused. ${sender}`,
    requestBody: form('BatchForm'),
    responses: {
      200: json('BatchUpload', 'The chunk is there; with url, the whole file is stored.'),
      ...errors(400, 408, 409, 413, 415, 423, 429, 507),
    },
  },
  {
    method: 'post',
    path: '/file/resumeUpload',
    operationId: 'uploadFormResumable',
    summary: 'Send a chunk, in any order; the file is stored when all are there',
    description: sender,
    requestBody: form('NumberedForm'),
    responses: {
      200: { description: '`Chunk received`', content: { 'text/plain': { schema: { type: 'string' } } } },
      ...errors(400, 408, 409, 413, 415, 423, 429, 507),
    },
  },
  {
    method: 'post',
    path: '/uploadChunk',
    operationId: 'uploadUnnamedChunk',
    summary: 'Send a chunk of a file whose name is told at the end',
    description: `Each token and address has one such upload at a time. ${sender}`,
    requestBody: form('UnnamedForm'),
    responses: {
      200: json('ChunkMessage', 'The chunk is there.'),
      ...errors(400, 408, 409, 413, 415, 423, 429, 507),
    },
  },
  {
    method: 'post',
    path: '/mergeFile',
    operationId: 'mergeChunks',
    summary: 'Store the file of these chunks under a name',
    description: 'The body may also come as text/plain.',
    requestBody: jsonBody('Merge'),
    responses: {
      200: json('Merged', 'The file is stored.'),
      ...errors(400, 404, 408, 409, 413, 415, 423, 429, 507),
    },
  },
]
