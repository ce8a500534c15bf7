/** Describes batches: begun, named and ended by clients, listed for the studio. */
import { z } from 'zod'
import { batchIdSchema, mostBatches } from '../../src/shared/protocol/batches.ts'
import { errors, inHeader, inPath, inQuery, json, jsonBody, type Operation } from './operation.ts'

const batchId = inPath('batchId', batchIdSchema, "The client's own name for the batch, such as a UUID.")

export const batchOperations: readonly Operation[] = [
  {
    method: 'get',
    path: '/api/batches',
    operationId: 'listBatches',
    summary: 'The batches that clients have told of, the latest first',
    description:
      "Those that were sent with a token of the same folder; a token for the whole library sees all. Batches that are begun meanwhile don't move the others to another page.",
    parameters: [
      inQuery('after', z.string().regex(/^\d{1,15}$/), 'The `next` of the page before.'),
      inQuery('limit', z.int().min(1).max(mostBatches), 'Batches of a page.'),
    ],
    responses: { 200: json('BatchList', 'At most a hundred batches.'), ...errors(400) },
  },
  {
    method: 'get',
    path: '/api/batches/{batchId}',
    operationId: 'getBatch',
    summary: 'One batch of the token',
    description: 'With what the server knows of it now.',
    parameters: [batchId],
    responses: { 200: json('Batch', 'The batch.'), ...errors(400, 404) },
  },
  {
    method: 'put',
    path: '/api/batches/{batchId}',
    operationId: 'beginBatch',
    summary: 'Begin a batch, or open it again',
    description:
      'May be repeated. From now on it is not complete until its files are named and it is ended. Of a folder the latest 10,000 batches are kept.',
    parameters: [batchId],
    requestBody: jsonBody('BeginBatch'),
    responses: { 200: json('Batch', 'The batch.'), ...errors(400, 408, 413, 415, 423) },
  },
  {
    method: 'post',
    path: '/api/batches/{batchId}/files',
    operationId: 'nameBatchFiles',
    summary: 'Name stored files of a batch; with the last of them, end it',
    description:
      'In the byte order of their paths, page by page; the first page (`after: null`) begins anew. Each must be stored with this size and SHA-256. ' +
      'With `end`, the batch is complete if nothing failed, at least one file is named, and none was found to be damaged meanwhile.',
    parameters: [batchId],
    requestBody: jsonBody('NameFiles'),
    responses: {
      200: json('NamedFiles', 'Up to where files are named now, and what is not stored.'),
      ...errors(400, 404, 408, 413, 415, 423, 429),
    },
  },
]

/** What the server itself sends, to the address of its setting `WEBHOOK_URL`. */
export const webhookMessages = {
  batchCompleted: {
    operationId: 'batchCompleted',
    summary: 'A batch is complete',
    description:
      'Sent at least once, signed as Standard Webhooks has it, until it is answered with 200 to 299: see server/README.md.',
    parameters: [
      inHeader('webhook-id', z.string(), 'The same in every attempt: what was seen before is no news.'),
      inHeader('webhook-timestamp', z.string().regex(/^\d+$/), 'Seconds since 1970, of this attempt.'),
      inHeader(
        'webhook-signature',
        z.string(),
        '`v1,` and HMAC-SHA256 in base64; several are divided by spaces.',
      ),
    ],
    requestBody: jsonBody('BatchMessage'),
    responses: {
      204: { description: 'It is received.' },
      '4XX': { description: 'It is sent again.' },
      '5XX': { description: 'It is sent again.' },
    },
  },
}
