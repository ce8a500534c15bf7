/**
 * A server that kills itself before its k-th operation on files, bucket or ledger, and a client that makes it work.
 * Started by crash.test.ts: `crash-child.ts SCENARIO DATA K`; prints `started`, `done` and the count of operations.
 */
import { parseConfig } from '../../server/config/config.ts'
import { openLedger } from '../../server/ledger/open-ledger.ts'
import { serve } from '../../server/serve.ts'
import { openDiskStore } from '../../server/storage/disk/disk-store.ts'
import { type FileOperations, nodeFiles } from '../../server/storage/disk/file-operations.ts'
import { type Scenario, scenarios } from './crash-scenarios.ts'
import { dialectScenarios } from './dialect-scenarios.ts'

const [scenario = '', dataDir = '', killAt = ''] = process.argv.slice(2)
let armed = false
let operations = 0

function step(): void {
  if (!armed) return
  operations += 1
  if (operations !== Number(killAt)) return
  process.kill(process.pid, 'SIGKILL')
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
}

/** The same object, with a step before every call of a method. */
function stepping<Target extends object>(target: Target, wrapResult: (result: unknown) => unknown): Target {
  return new Proxy(target, {
    get(_, name) {
      const member: unknown = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      return (...args: unknown[]) => {
        step()
        return wrapResult(Reflect.apply(member, target, args))
      }
    },
  })
}

const asIs = (result: unknown) => result
const files: FileOperations = stepping({ ...nodeFiles }, (result) =>
  result instanceof Promise ? result.then(handleStepping) : result,
)

function handleStepping(opened: unknown): unknown {
  const isHandle = typeof opened === 'object' && opened !== null && 'fd' in opened
  return isHandle ? stepping(opened, asIs) : opened
}

const config = parseConfig(['--port', '0', '--data', dataDir, '--no-auth'], {
  ...process.env,
  CHUNK_SIZE: '64K',
})
if (config === undefined) throw new Error('no config')
const silence = () => undefined
const server = await serve(
  config,
  { debug: silence, info: silence, warn: silence, error: silence },
  {
    openStore: async ({ STORAGE_URL: address }) => {
      if (address === undefined) return openDiskStore({ dataDir, freeSpaceReserve: 0, files })
      // Loaded only when used, as the server does: hundreds of children start for the disk alone.
      const { createS3Client } = await import('../../server/storage/s3/s3-client.ts')
      const { openS3Store } = await import('../../server/storage/s3/s3-store.ts')
      return openS3Store({ address, client: stepping(createS3Client(address), asIs) })
    },
    openLedger: async (...given) => stepping(await openLedger(...given), asIs),
  },
)
await ({ ...scenarios, ...dialectScenarios }[scenario] as Scenario)(server, () => {
  armed = true
})
armed = false
console.log(`done ${operations}`)
process.exit(0)
