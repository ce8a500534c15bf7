/** Speaks the routes of batches as any client could: begins one, names its files, ends it. */
import type { KnownBatch, NamedFilesAnswer } from '../../src/shared/protocol/batches.ts'
import { type Answer, bytesOf, type Client, sha256 } from './harness.ts'

export interface StoredName {
  readonly path: string
  readonly size: number
  readonly sha256: string
}

/** Stores a file. @returns how it is named */
export async function storedName(client: Client, path: string, bytes = bytesOf(100)): Promise<StoredName> {
  const { status, body } = await client.upload(path, bytes)
  if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`)
  return { path, size: bytes.length, sha256: sha256(bytes) }
}

export function begin(
  client: Client,
  batchId: string,
  body: object = { name: 'Wedding', files: 2, bytes: 200 },
) {
  return client.request('PUT', `/api/batches/${batchId}`, {
    body: JSON.stringify(body),
    headers: { 'Content-Type': 'application/json' },
  })
}

export const nameAll = (client: Client, batchId: string, body: object): Promise<Answer> =>
  client.post(`/api/batches/${batchId}/files`, body)

const ended = { failed: 0, leftOut: 0 }

/** Names these files and ends the batch. @returns what the server says of it then */
export async function end(
  client: Client,
  batchId: string,
  files: readonly StoredName[],
  how: object = ended,
): Promise<KnownBatch> {
  const { status, body } = await nameAll(client, batchId, { after: null, files, end: how })
  if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`)
  return (body as unknown as NamedFilesAnswer).batch
}

export async function listed(client: Client, query = ''): Promise<readonly KnownBatch[]> {
  const { body } = await client.request('GET', `/api/batches${query}`)
  return body.batches as readonly KnownBatch[]
}
