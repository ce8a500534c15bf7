/** Describes the native protocol: tasks, chunks, stored files, and the routes that report on the server. */
import { z } from 'zod'
import { bundleType } from '../../src/shared/protocol/bundle-frames.ts'
import {
  binary,
  empty,
  errors,
  header,
  inHeader,
  inPath,
  inQuery,
  json,
  jsonBody,
  type Operation,
} from './operation.ts'

const taskId = inPath('taskId', z.string().regex(/^[0-9a-f]{32}$/), 'From the answer to the offer.')
const retryAfter = { 'Retry-After': header(z.int(), 'Seconds.') }

const serverInfo: readonly Operation[] = [
  {
    method: 'get',
    path: '/api/health',
    operationId: 'health',
    summary: 'Whether the server is running',
    description: 'Needs no token, and tells nothing else. 503 while the server is stopping.',
    needsToken: false,
    responses: {
      200: json('Health', 'It is running.'),
      403: json('Error', 'Another Host or Origin.'),
      503: json('Error', 'It is stopping.'),
    },
  },
  {
    method: 'get',
    path: '/api/stats',
    operationId: 'stats',
    summary: "Counts of the token's library, memory, uptime",
    description:
      "Counts of uploads and bytes are those of the library that the token opens; memory and uptime are the server's.",
    responses: { 200: json('Stats', 'The figures.'), ...errors() },
  },
  {
    method: 'get',
    path: '/api/scrub',
    operationId: 'scrubReport',
    summary: 'Progress of the scrub, and every stored file that is damaged',
    description: 'Not for tokens with a folder (403).',
    responses: { 200: json('Scrub', 'Of the scrub that runs, or of the last one.'), ...errors() },
  },
  {
    method: 'post',
    path: '/api/scrub',
    operationId: 'startScrub',
    summary: 'Start a scrub of all stored files, as fast as the disk allows',
    description: 'Joins the one that runs already. Not for tokens with a folder (403).',
    responses: { 202: json('Scrub', 'It runs: ask for its progress.'), ...errors() },
  },
  {
    method: 'delete',
    path: '/api/scrub/damaged',
    operationId: 'forgetDamaged',
    summary: 'Forget the files that are damaged, as once a person knows of them',
    description:
      'They no longer count as stored; what lies at their paths stays. Not for tokens with a folder (403).',
    responses: { 200: json('Forgotten', 'How many they were.'), ...errors() },
  },
  {
    method: 'get',
    path: '/metrics',
    operationId: 'metrics',
    summary: 'Metrics of the whole server, for Prometheus',
    description: 'Not for tokens with a folder (403).',
    responses: {
      200: { description: 'Text format 0.0.4.', content: { 'text/plain': { schema: { type: 'string' } } } },
      ...errors(),
    },
  },
  {
    method: 'get',
    path: '/api/openapi.json',
    operationId: 'openApi',
    summary: 'This document',
    description: 'Built from the schemas with which the server itself parses requests.',
    responses: { 200: json('OpenApi', 'OpenAPI 3.1.'), ...errors() },
  },
]

const tasks: readonly Operation[] = [
  {
    method: 'post',
    path: '/api/task',
    operationId: 'createTask',
    summary: 'Offer a file: creates its task or finds it',
    description:
      'With `sha256` the server first checks for the same content, and for an upload to resume; with `hash` alone ' +
      'for an upload to resume. A file that was not read yet may be offered with `ends` alone; where something ' +
      'stored agrees in size and ends, the answer is `digestsNeeded`: read it, and offer it with both digests.',
    requestBody: jsonBody('CreateTask'),
    responses: {
      200: json(
        'OfferAnswer',
        'Send the chunks that uploadedChunks does not list, then complete; nothing when it is done.',
      ),
      202: json('Checking', 'A stored file is being read that may be the same: offer again.', {
        headers: retryAfter,
      }),
      ...errors(400, 408, 413, 415, 423, 429, 507),
    },
  },
  {
    method: 'get',
    path: '/api/task/{taskId}',
    operationId: 'getTask',
    summary: 'Progress of a task',
    description: 'As the answer to the offer, with the chunks that the server has now.',
    parameters: [taskId],
    responses: { 200: json('Task', 'The task.'), ...errors(404) },
  },
  {
    method: 'delete',
    path: '/api/task/{taskId}',
    operationId: 'abortTask',
    summary: 'Abort a task; a stored file stays',
    description: 'May be repeated. Waits for a verification that is running.',
    parameters: [taskId],
    responses: { 204: empty('The task is gone, or was before.'), ...errors(404, 423) },
  },
  {
    method: 'put',
    path: '/api/task/{taskId}/chunk/{chunkIndex}',
    operationId: 'putChunk',
    summary: 'Send a chunk; repeating it changes nothing',
    description:
      'Its bytes count once their digest was right. With `complete` and `sha256`, the last missing chunk completes the file as well.',
    parameters: [
      taskId,
      inPath('chunkIndex', z.int().min(0), 'From 0.'),
      inHeader(
        'Content-Digest',
        z.string(),
        'RFC 9530: `crc32c=:<base64 of 4 bytes, big-endian>:` or `sha-256=:<base64>:`; required.',
      ),
      inQuery(
        'complete',
        z.string().regex(/^[0-9a-f]{32}$/),
        'MD5 of the whole file: complete it with this chunk if it is the last missing one.',
      ),
      inQuery('sha256', z.string().regex(/^[0-9a-f]{64}$/), 'SHA-256 of the whole file, with `complete`.'),
    ],
    requestBody: {
      ...binary('chunkSize bytes, the last chunk the rest; with Content-Length.'),
      required: true,
    },
    responses: {
      200: json(
        'ChunkReceipt',
        'The chunk is stored; with `stored` the whole file too, verified and durable.',
      ),
      ...errors(400, 404, 408, 409, 411, 422, 423, 507),
    },
  },
  {
    method: 'post',
    path: '/api/task/{taskId}/complete',
    operationId: 'completeTask',
    summary: 'Verify and store the whole file; repeating it gives the same answer',
    description:
      'In this order: bytes durable, size and digests right, name given, folder durable, ledger committed. 202 while a long verification runs: ask again.',
    parameters: [taskId],
    requestBody: jsonBody('Complete'),
    responses: {
      200: json('StoredFile', 'Verified, durable, and stored under its name.'),
      202: json('Verifying', 'Verification takes longer: ask again.', { headers: retryAfter }),
      ...errors(400, 404, 408, 409, 413, 415, 422, 423, 507),
    },
  },
]

const bundles: readonly Operation[] = [
  {
    method: 'post',
    path: '/api/offers',
    operationId: 'offerFiles',
    summary: 'Ask which of many files the server has; opens no task',
    description:
      'Of each file, in their order: `stored` under this path; `wanted`; `known` in part or under another path, so that ' +
      'it is to be offered as a task; or `refused`. `bundle` says what one bundle may hold.',
    requestBody: jsonBody('Offers'),
    responses: {
      200: json('OfferVerdicts', 'One verdict for each file.'),
      ...errors(400, 408, 413, 415),
    },
  },
  {
    method: 'post',
    path: '/api/bundle',
    operationId: 'sendBundle',
    summary: 'Send several small files in one request',
    description:
      'For each file: the length of its head (4 bytes, big-endian), its head (JSON as in the list of offers), and its ' +
      'bytes. When the body breaks off, the files that had arrived whole are stored.',
    requestBody: {
      required: true,
      content: { [bundleType]: { schema: { type: 'string', format: 'binary' } } },
    },
    responses: {
      200: json(
        'BundleAnswer',
        'What became of each file, in their order; stored ones are verified and durable.',
      ),
      ...errors(400, 408, 413, 415),
    },
  },
]

const files: readonly Operation[] = [
  {
    method: 'get',
    path: '/uploads/{path}',
    operationId: 'download',
    summary: 'Download a stored file',
    description:
      'The path may have several parts, separated by slashes. A signed link opens one file without a token: ' +
      '`expires` and `signature`, see server/README.md.',
    parameters: [
      inPath('path', z.string(), 'Each part percent-encoded.'),
      inHeader('Range', z.string(), '`bytes=0-499`, `bytes=500-` or `bytes=-500`.', false),
      inHeader('If-None-Match', z.string(), 'An ETag.', false),
      inHeader('If-Range', z.string(), 'An ETag or a date.', false),
      inQuery('expires', z.string().regex(/^\d{1,16}$/), 'ms since 1970.'),
      inQuery('signature', z.string().regex(/^[0-9a-f]{64}$/), 'HMAC-SHA256, hex.'),
    ],
    responses: {
      200: binary(
        'The whole file, as an attachment, with its media type if that is known. Its ETag is its MD5.',
      ),
      206: binary('The requested part.'),
      304: empty('The file has not changed.'),
      ...errors(404, 416),
    },
  },
]

export const nativeOperations = [...serverInfo, ...tasks, ...bundles, ...files]
