/** What the server is doing in its other dialects while it is killed; shared by the test and by the child that dies. */
import type { RunningServer } from '../../server/serve.ts'
import { type AppendProtocolName, appendProtocols, bringAppended } from './appending-clients.ts'
import { type ContractUpload, contractUpload, sendAll } from './contract-client.ts'
import { photo, type Scenario } from './crash-scenarios.ts'
import { documentWays } from './document-clients.ts'

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

/** What clients do that kept their upload's path, or begin. */
export const appendingClients = Object.fromEntries(
  (Object.keys(appendProtocols) as AppendProtocolName[]).map((protocol) => [
    protocol,
    (server: RunningServer, path: string | null = null) =>
      bringAppended(protocol, server, 'photo.jpg', photo, { patchBytes, path }),
  ]),
)

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
  ...Object.fromEntries(
    Object.entries(appendingClients).map(([name, bring]): [string, Scenario] => [
      name,
      async (server, arm) => {
        arm()
        await bring(server)
      },
    ]),
  ),
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
