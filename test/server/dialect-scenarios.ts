/** What the server is doing in its other dialects while it is killed; shared by the test and by the child that dies. */
import type { RunningServer } from '../../server/serve.ts'
import { type ContractUpload, contractUpload, sendAll } from './contract-client.ts'
import { photo, type Scenario } from './crash-scenarios.ts'
import { documentWays } from './document-clients.ts'

const tusHeaders = { 'Tus-Resumable': '1.0.0' }
/** Neither a chunk of the server nor a part of one. */
const patchBytes = 45_000

function contractPhoto(url: string): ContractUpload {
  return contractUpload(url, 'photo.jpg', photo, 30_000)
}

async function sendWell(upload: ContractUpload, indexes: readonly number[]): Promise<void> {
  for (const reply of await sendAll(upload, indexes, 1)) {
    if (reply.status !== 200) throw new Error(JSON.stringify(reply))
  }
}

/** What a client of the published contract does after anything. @returns the chunks that had to be sent */
export async function bringByContract(url: string): Promise<number> {
  const upload = contractPhoto(url)
  const held = (await upload.check()).body.uploadedChunks as number[]
  const missing = [3, 2, 1, 0].filter((index) => !held.includes(index))
  await sendWell(upload, missing)
  const { status, body } = await upload.complete()
  if (status !== 200) throw new Error(JSON.stringify(body))
  return missing.length
}

/** What a tus client does that kept its upload's path, or begins. */
export async function bringByTus(server: RunningServer, kept?: string): Promise<void> {
  const authorization = { Authorization: `Bearer ${server.token}` }
  const tus = async (method: string, path: string, headers: Record<string, string>, body?: Buffer) => {
    const answer = await fetch(server.url + path, {
      method,
      headers: { ...authorization, ...tusHeaders, ...headers },
      ...(body && { body: new Uint8Array(body) }),
    })
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return answer.headers
  }
  const name = `filename ${Buffer.from('photo.jpg').toString('base64')}`
  const creation = { 'Upload-Length': String(photo.length), 'Upload-Metadata': name }
  const path = kept ?? String((await tus('POST', '/tus', creation)).get('Location'))
  let offset = Number((await tus('HEAD', path, {})).get('Upload-Offset'))
  while (offset < photo.length) {
    const headers = { 'Upload-Offset': String(offset), 'Content-Type': 'application/offset+octet-stream' }
    const piece = photo.subarray(offset, offset + patchBytes)
    offset = Number((await tus('PATCH', path, headers, piece)).get('Upload-Offset'))
  }
}

/** What the clients of the documents do, after anything: send it all again. */
export const documentClients = documentWays(30_000)

export const dialectScenarios: Readonly<Record<string, Scenario>> = {
  'the published contract, its last chunk first': async (server, arm) => {
    arm()
    await bringByContract(server.url)
  },
  'the published contract, mended': async (server, arm) => {
    const upload = contractPhoto(server.url)
    await sendWell(upload, [1, 2, 3])
    await upload.send(0, new Uint8Array(30_000))
    arm()
    await upload.complete()
    await sendWell(upload, [0])
    await upload.complete()
  },
  'the published contract, deleted': async (server, arm) => {
    const upload = contractPhoto(server.url)
    arm()
    await sendWell(upload, [3])
    await upload.remove()
    await sendWell(upload, [3, 1])
    await upload.remove()
    await bringByContract(server.url)
  },
  tus: async (server, arm) => {
    arm()
    await bringByTus(server)
  },
  ...Object.fromEntries(
    Object.entries(documentClients).map(([name, bring]): [string, Scenario] => [
      name,
      async (server, arm) => {
        arm()
        await bring(server.url, 'photo.jpg', photo)
      },
    ]),
  ),
}
