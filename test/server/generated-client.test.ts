/** A client that knows the server by its OpenAPI document alone, as openapi-fetch calls it, uploads and downloads. */
import createClient from 'openapi-fetch'
import { beforeAll, describe, expect, it } from 'vitest'
import { bytesOf, contentDigest, md5, type Started, sha256, start } from './harness.ts'
import { storedBytes } from './test-storage.ts'

let started: Started
beforeAll(async () => {
  started = await start()
})

interface Operation {
  readonly operationId: string
  readonly parameters?: readonly { readonly in: string; readonly name: string; readonly required?: boolean }[]
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

interface Call {
  readonly path?: Readonly<Record<string, string | number>>
  readonly header?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** Calls operations by their names; the addresses, the methods and what is required are the document's. */
async function clientOf({ client: { url, token } }: Started) {
  const headers = { Authorization: `Bearer ${token}` }
  const document = (await (await fetch(`${url}/api/openapi.json`, { headers })).json()) as {
    readonly servers: readonly { readonly url: string }[]
    readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  }
  const { request } = createClient<Record<string, never>>({
    baseUrl: new URL(document.servers[0]?.url ?? '', url).href.replace(/\/$/, ''),
    headers,
  }) as unknown as {
    request(
      method: string,
      path: string,
      init: object,
    ): Promise<{
      readonly data?: unknown
      readonly error?: unknown
      readonly response: Response
    }>
  }
  return (operationId: string, { path, header, query, body }: Call = {}) => {
    for (const [address, operations] of Object.entries(document.paths)) {
      for (const [method, operation] of Object.entries(operations)) {
        if (operation.operationId !== operationId) continue
        const given: Readonly<Record<string, object | undefined>> = { path, header, query }
        for (const { in: where, name, required } of operation.parameters ?? []) {
          if (required) expect(Object.keys(given[where] ?? {}), `${operationId} ${where}`).toContain(name)
        }
        const isBytes = body instanceof Uint8Array
        return request(method.toUpperCase() as Method, address, {
          params: { path, header, query },
          body,
          ...(isBytes && {
            bodySerializer: (bytes: unknown) => bytes,
            headers: { 'Content-Type': 'application/octet-stream' },
          }),
          ...(operationId === 'download' && { parseAs: 'arrayBuffer' }),
        })
      }
    }
    throw new Error(`the document has no ${operationId}`)
  }
}

describe('a client made of the document', () => {
  it('uploads a file in chunks, completes it, lists it and downloads it', async () => {
    const call = await clientOf(started)
    const bytes = bytesOf(150_000)
    const digests = { hash: md5(bytes), sha256: sha256(bytes) }
    const offer = { fileName: 'a b.jpg', relativePath: 'shoot/a b.jpg', fileSize: bytes.length, ...digests }
    const { data: task } = await call('createTask', { body: offer })
    const { taskId, chunkSize, totalChunks } = task as {
      taskId: string
      chunkSize: number
      totalChunks: number
    }
    for (let chunkIndex = 0; chunkIndex < totalChunks; chunkIndex += 1) {
      const chunk = bytes.subarray(chunkIndex * chunkSize, (chunkIndex + 1) * chunkSize)
      const header = { 'Content-Digest': contentDigest(chunk) }
      const sent = await call('putChunk', {
        path: { taskId, chunkIndex },
        header,
        body: new Uint8Array(chunk),
      })
      expect(sent.response.status).toBe(200)
    }
    expect((await call('completeTask', { path: { taskId }, body: digests })).data).toMatchObject({
      size: 150_000,
      md5: digests.hash,
    })
    expect((await storedBytes(started.dataDir, 'shoot/a b.jpg')).equals(bytes)).toBe(true)
    const { data: list } = await call('listFiles', { query: { folder: 'shoot' } })
    expect(list).toMatchObject({ files: [{ path: 'shoot/a b.jpg' }] })
    const { data: content } = await call('download', { path: { path: 'shoot/a b.jpg' } })
    expect(Buffer.from(content as ArrayBuffer).equals(bytes)).toBe(true)
  })

  it('is told what is wrong in the shape that the document gives', async () => {
    const call = await clientOf(started)
    const { error, response } = await call('getTask', { path: { taskId: '0'.repeat(32) } })
    expect([response.status, error]).toMatchObject([404, { error: { code: 'task-gone' } }])
  })

  it('tells of a batch, and is told that it is complete', async () => {
    const call = await clientOf(started)
    const bytes = bytesOf(300)
    await started.client.upload('batch/a.jpg', bytes)
    const path = { batchId: 'made-of-the-document' }
    expect(
      (await call('beginBatch', { path, body: { name: 'A', files: 1, bytes: 300 } })).data,
    ).toMatchObject({
      complete: false,
    })
    const files = [{ path: 'batch/a.jpg', size: 300, sha256: sha256(bytes) }]
    await call('nameBatchFiles', { path, body: { after: null, files, end: { failed: 0, leftOut: 0 } } })
    expect((await call('getBatch', { path })).data).toMatchObject({ complete: true, stored: { files: 1 } })
    const { data } = await call('listBatches', { query: { limit: '1' } })
    expect(data).toMatchObject({ batches: [{ batchId: 'made-of-the-document' }], next: null })
  })

  it('uploads by the protocol that any HTTP client speaks, and resumes it', async () => {
    const call = await clientOf(started)
    const bytes = bytesOf(1_000)
    const named = { 'Content-Disposition': 'inline; filename="resumed.jpg"', 'Upload-Complete': '?0' }
    const begun = await call('resumableCreate', {
      header: named,
      body: new Uint8Array(bytes.subarray(0, 400)),
    })
    const id = String(begun.response.headers.get('Location')).slice('/resumable/'.length)
    const state = await call('resumableState', { path: { id } })
    expect(state.response.headers.get('Upload-Offset')).toBe('400')
    const header = {
      'Upload-Offset': '400',
      'Upload-Complete': '?1',
      'Content-Type': 'application/partial-upload',
    }
    const last = await call('resumableAppend', {
      path: { id },
      header,
      body: new Uint8Array(bytes.subarray(400)),
    })
    expect([last.response.status, last.data]).toMatchObject([200, { size: 1_000 }])
    expect((await storedBytes(started.dataDir, 'resumed.jpg')).equals(bytes)).toBe(true)
  })
})
