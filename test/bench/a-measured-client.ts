/** A real server and a client under a preset, for benches of preparing; what its image workers hold can be read. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { type Client, endlessPatience, openClient } from '../../src/main/client/client.ts'
import { terminalClient } from '../../src/main/terminal/terminal-client.ts'
import { type PresetId, presets } from '../../src/shared/presets.ts'

const cli = fileURLToPath(new URL('../../src/main/cli.ts', import.meta.url))

export interface MeasuredClient {
  readonly client: Client
  /** Absolute path of the server's library. */
  readonly stored: string
  /** Process id of the server. */
  readonly serverPid: number
  stop(): Promise<void>
}

/** @param folder for state and data; absolute */
export async function openMeasuredClient(folder: string, preset: PresetId): Promise<MeasuredClient> {
  const data = join(folder, 'data')
  const server = spawn(process.execPath, [cli, 'serve', '--port', '0', '--data', data], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const [line] = await once(createInterface({ input: server.stdout }), 'line')
  const client = await openClient({
    ...terminalClient,
    stateDir: join(folder, 'state'),
    server: JSON.parse(String(line)) as { url: string; token: string },
    preset: presets[preset],
    bundled: null,
    patience: endlessPatience,
    stillSeconds: 0,
    log: () => undefined,
  })
  const stop = async () => {
    await client.stop()
    server.kill('SIGTERM')
    await once(server, 'exit')
  }
  return { client, stored: join(data, 'uploads'), serverPid: server.pid ?? 0, stop }
}

/** Resident memory of each image worker of this process, MiB. Linux only. */
export function workersMiB(): number[] {
  const children = readdirSync('/proc/self/task').flatMap((task) =>
    readIfThere(`/proc/self/task/${task}/children`).split(' ').filter(Boolean),
  )
  return children.flatMap((pid) => {
    if (!readIfThere(`/proc/${pid}/cmdline`).includes('image-worker')) return []
    const rss = /VmRSS:\s+(\d+) kB/.exec(readIfThere(`/proc/${pid}/status`))
    return rss ? [Math.round(Number(rss[1]) / 1024)] : []
  })
}

/** Processes and threads come and go while they are counted. */
function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
