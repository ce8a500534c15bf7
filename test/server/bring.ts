/** Brings whole files to a server in each of its dialects, as a client does that sends only what the server lacks. */
import type { Task } from '../../src/shared/protocol/wire.ts'
import { type AppendProtocolName, appendProtocols, bringAppended } from './appending-clients.ts'
import { contractUpload, sendAll } from './contract-client.ts'
import { merge, type Said, uploadChunks, uploadInOrder } from './document-clients.ts'
import { type Client, md5, sha256 } from './harness.ts'

/** Of the clients that choose it; the server's own are of CHUNK_SIZE. */
const contractChunkBytes = 1_000_000

/** @param upTo bytes after which the client is interrupted */
export type Bring = (client: Client, name: string, bytes: Buffer, upTo?: number) => Promise<void>

async function bringNatively(
  client: Client,
  name: string,
  bytes: Buffer,
  digests: Record<string, string>,
  upTo?: number,
): Promise<void> {
  const task = await client.offer(name, bytes, digests)
  if (task.done) return
  const some: Task = { ...task, totalChunks: Math.floor((upTo ?? bytes.length) / task.chunkSize) }
  await client.send(upTo === undefined ? task : some, bytes)
  if (upTo !== undefined) return
  const answer = await client.finish(task.taskId, md5(bytes), digests.sha256)
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body))
}

async function bringByContract(client: Client, name: string, bytes: Buffer, upTo = bytes.length) {
  const upload = contractUpload(client.url, name, bytes, contractChunkBytes)
  const present = (await upload.check()).body.uploadedChunks as number[]
  const indexes = Array.from({ length: Math.ceil(upTo / contractChunkBytes) }, (_, index) => index)
  const replies = await sendAll(
    upload,
    indexes.filter((index) => !present.includes(index)),
    1,
  )
  if (upTo === bytes.length) replies.push(await upload.complete())
  for (const reply of replies) if (reply.status !== 200) throw new Error(JSON.stringify(reply.body))
}

/** The whole rest in one request. */
const byAppending = Object.fromEntries(
  (Object.keys(appendProtocols) as AppendProtocolName[]).map((protocol): [string, Bring] => [
    protocol,
    (client, name, bytes, upTo) =>
      bringAppended(protocol, client, name, bytes, { patchBytes: bytes.length, upTo }),
  ]),
)

function refuseFailures(said: readonly Said[]): void {
  for (const { status, text } of said) if (status !== 200) throw new Error(`${status} ${text}`)
}

async function bringInOrder({ url }: Client, name: string, bytes: Buffer, upTo?: number) {
  const to = upTo === undefined ? {} : { to: Math.ceil(upTo / contractChunkBytes) }
  refuseFailures(await uploadInOrder(url, name, bytes, { chunkSize: contractChunkBytes, ...to }))
}

async function bringUnnamed({ url }: Client, name: string, bytes: Buffer, upTo?: number) {
  const to = upTo === undefined ? {} : { to: Math.ceil(upTo / contractChunkBytes) }
  refuseFailures(await uploadChunks(url, bytes, { chunkSize: contractChunkBytes, ...to }))
  if (upTo === undefined) refuseFailures([await merge(url, name)])
}

export const dialects: Readonly<Record<string, Bring>> = {
  'native with SHA-256': (client, name, bytes, upTo) =>
    bringNatively(client, name, bytes, { hash: md5(bytes), sha256: sha256(bytes) }, upTo),
  'native with MD5 alone': (client, name, bytes, upTo) =>
    bringNatively(client, name, bytes, { hash: md5(bytes) }, upTo),
  contract: bringByContract,
  ...byAppending,
  'numbered chunks in order': bringInOrder,
  'numbered chunks, named at the end': bringUnnamed,
}
