/** Many photographers at once, each on one connection, each sending small files one after the other. */
import { createHash } from 'node:crypto'
import { Agent, request } from 'node:http'

export interface Load {
  readonly url: string
  readonly token: string
  readonly clients: number
  readonly uploadsEach: number
  /** Of each file. */
  readonly bytes: number
}

export interface LoadResult {
  /** Path in the library -> MD5. */
  readonly stored: ReadonlyMap<string, string>
  readonly seconds: number
  /** Of one whole upload, ms, ascending. */
  readonly latenciesMs: readonly number[]
}

interface Sent {
  readonly method: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** @throws Error at the first upload that is not answered as it must be */
export async function runLoad(load: Load): Promise<LoadResult> {
  const stored = new Map<string, string>()
  const latenciesMs: number[] = []
  const filler = Buffer.alloc(load.bytes, 'PhotoFerry ')
  const startedAtMs = performance.now()
  const client = async (number: number) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    for (let index = 0; index < load.uploadsEach; index += 1) {
      const path = `client-${number}/IMG_${index}.jpg`
      const content = Buffer.from(filler)
      content.write(`${number} ${index} `)
      const beganAtMs = performance.now()
      const md5 = createHash('md5').update(content).digest('hex')
      await upload(load, agent, { path, content, md5 })
      latenciesMs.push(performance.now() - beganAtMs)
      stored.set(path, md5)
    }
    agent.destroy()
  }
  await Promise.all(Array.from({ length: load.clients }, (_, number) => client(number)))
  const seconds = (performance.now() - startedAtMs) / 1000
  return { stored, seconds, latenciesMs: latenciesMs.toSorted((one, other) => one - other) }
}

async function upload(
  load: Load,
  agent: Agent,
  { path, content, md5 }: { path: string; content: Buffer; md5: string },
): Promise<void> {
  const json = { 'Content-Type': 'application/json' }
  const offer = JSON.stringify({
    fileName: path.slice(path.lastIndexOf('/') + 1),
    relativePath: path,
    fileSize: content.length,
    hash: md5,
  })
  const task = await ask(load, agent, {
    method: 'POST',
    path: '/api/task',
    headers: json,
    body: Buffer.from(offer),
  })
  const sha256 = createHash('sha256').update(content).digest('base64')
  const chunk = `/api/task/${task.taskId}/chunk/0?complete=${md5}`
  const digest = { 'Content-Digest': `sha-256=:${sha256}:` }
  const { stored } = await ask(load, agent, { method: 'PUT', path: chunk, headers: digest, body: content })
  if ((stored as { md5?: string } | undefined)?.md5 !== md5) throw new Error(`${path} was stored otherwise`)
}

function ask({ url, token }: Load, agent: Agent, sent: Sent): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const headers = { ...sent.headers, Authorization: `Bearer ${token}`, 'Content-Length': sent.body.length }
    const asking = request(url + sent.path, { method: sent.method, agent, headers }, (response) => {
      const pieces: Buffer[] = []
      response.on('data', (piece) => pieces.push(piece))
      response.on('error', reject)
      response.on('end', () => {
        const text = Buffer.concat(pieces).toString()
        if (response.statusCode === 200) resolve(JSON.parse(text))
        else reject(new Error(`${sent.method} ${sent.path}: ${response.statusCode} ${text}`))
      })
    })
    asking.on('error', reject)
    asking.end(sent.body)
  })
}
