/** Runs the built app in browser mode for the window bench, with its server out of reach and a probe on its event loop. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { ClientSettings } from '../../src/main/client/settings.ts'
import { createConfStore } from '../../src/main/journal/json-store.ts'
import { plainVault, SettingsStore } from '../../src/main/journal/settings-store.ts'

const cli = fileURLToPath(new URL('../../out/main/cli.js', import.meta.url))
const probe = new URL('./delay-probe.ts', import.meta.url).href

interface Delay {
  readonly p99Ms: number
  readonly mostMs: number
}

export interface BenchApp {
  /** What a person opens; holds the key. */
  readonly url: string
  /** How late the app's event loop ran since the last question. */
  delay(): Promise<Delay>
  kill(signal: NodeJS.Signals): Promise<void>
}

/** @param folder where the library and the home folder are */
export async function startBenchApp(state: string, folder: string): Promise<BenchApp> {
  // Port 9 discards: nothing listens there, and the queue waits.
  const store = new SettingsStore({ stateDir: state, createStore: createConfStore, vault: plainVault })
  const settings = new ClientSettings(store, null)
  const nowhere = { id: 'nowhere', name: 'Nowhere', url: 'http://127.0.0.1:9', token: '' }
  await settings.change({ servers: [nowhere], defaultServerId: nowhere.id, reviewDrops: 'never' })
  const args = ['--import', probe, cli, 'start', '--browser', '--no-open', '--port', '0']
  args.push('--state', state, '--library', join(folder, 'library'))
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env: { ...process.env, HOME: folder },
  })
  const [line] = await once(createInterface({ input: child.stdout ?? process.stdin }), 'line')
  const url = /http:\/\/127\.0\.0\.1:\d+\/#token=\S+/.exec(String(line))?.[0]
  if (url === undefined) throw new Error(`Expected an address, got: ${line}`)
  return {
    url,
    delay: async () => {
      child.send('delay')
      const [delay] = await once(child, 'message')
      child.send('reset')
      return delay as Delay
    },
    kill: async (signal) => {
      child.kill(signal)
      await once(child, 'exit')
    },
  }
}
