/** A server's process that tells what memory it holds: what is left when all garbage has been let go of. Linux only. */
import { once } from 'node:events'
import { type Child, type Client, spawnServer } from './harness.ts'

export const mebibyte = 2 ** 20
export const isMemoryMeasured = process.platform === 'linux'

/** Told so over IPC, the server collects its garbage, twice: the first round's buffers are freed by the second. */
const collector = `process.on('message', (message) => {
  if (message !== 'collect') return
  const collect = () => globalThis.gc({ type: 'major', flavor: 'last-resort' })
  collect()
  setImmediate(() => {
    collect()
    process.send({ rss: process.memoryUsage.rss() })
  })
})`

export interface MeasuredServer extends Child {
  readonly client: Client
  /** Resident memory without garbage, bytes. */
  heldBytes(): Promise<number>
}

export async function spawnMeasured(
  dataDir: string,
  options: { args?: readonly string[]; env?: Record<string, string> } = {},
): Promise<MeasuredServer> {
  const env = {
    NODE_OPTIONS: `--expose-gc --import=data:text/javascript,${encodeURIComponent(collector)}`,
    ...options.env,
  }
  const server = await spawnServer(dataDir, { ...options, env, ipc: true })
  const heldBytes = async () => {
    const answer = once(server.process, 'message')
    server.process.send('collect')
    const [{ rss }] = (await answer) as [{ rss: number }]
    return rss
  }
  return { ...server, heldBytes }
}
