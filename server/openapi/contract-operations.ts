/** Describes the published contract of the first resumable upload server. */
import { z } from 'zod'
import { errors, inPath, json, jsonBody, type Operation } from './operation.ts'

const named = [
  inPath('md5', z.string().regex(/^[0-9a-fA-F]{32}$/), 'Of the whole file.'),
  inPath('fileName', z.string(), 'Percent-encoded, without folders.'),
]

export const contractOperations: readonly Operation[] = [
  {
    method: 'post',
    path: '/api/check-chunks',
    operationId: 'checkChunks',
    summary: 'Which chunks an unfinished upload has',
    description: 'An MD5 alone never makes a stored file stand for bytes: of a stored file none is listed.',
    requestBody: jsonBody('Announcement'),
    responses: { 200: json('HeldChunks', 'Their indexes.'), ...errors(400, 408, 413, 415) },
  },
  {
    method: 'post',
    path: '/api/upload-chunk',
    operationId: 'uploadChunk',
    summary: 'Send a chunk in a form',
    description: 'Fields before the file let the server write it to its place at once.',
    requestBody: {
      required: true,
      content: { 'multipart/form-data': { schema: { $ref: '#/components/schemas/ChunkForm' } } },
    },
    responses: {
      200: json('ChunkTaken', 'The chunk is stored.'),
      ...errors(400, 404, 408, 409, 413, 415, 423, 429, 507),
    },
  },
  {
    method: 'post',
    path: '/api/complete-upload',
    operationId: 'completeUpload',
    summary: 'Verify and store the whole file; repeating it gives the same answer',
    description: 'Answers however long the verification takes: these clients cannot ask again.',
    requestBody: jsonBody('Announcement'),
    responses: {
      200: json('Completed', 'Verified, durable, and stored under its name.'),
      ...errors(400, 408, 409, 413, 415, 422, 423, 429, 507),
    },
  },
  {
    method: 'get',
    path: '/api/upload-status/{md5}/{fileName}',
    operationId: 'uploadStatus',
    summary: 'Progress of an unfinished upload',
    description: 'Changes nothing, and is no sign of life of the upload.',
    parameters: named,
    responses: { 200: json('UploadStatus', 'Counts and times.'), ...errors(400, 404) },
  },
  {
    method: 'delete',
    path: '/api/upload/{md5}/{fileName}',
    operationId: 'abortUpload',
    summary: 'Abort an upload; a stored file stays',
    description: 'Also when it is repeated.',
    parameters: named,
    responses: { 200: json('Removed', 'The upload is gone, or was before.'), ...errors(400, 404, 423) },
  },
]
