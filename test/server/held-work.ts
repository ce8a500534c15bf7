/** Bodies and verifications that take as long as a test wants. */
import { request } from 'node:http'
import type { Config } from '../../server/config/config.ts'
import { openStore } from '../../server/storage/open-store.ts'
import type { Store } from '../../server/storage/store.ts'
import type { Client } from './harness.ts'

/** A request whose last bytes come when `end` is called. */
interface HeldRequest {
  /** Its status. */
  readonly answer: Promise<number>
  end(): void
}

/** @param headers besides those of the token and the length */
export function sendHeld(
  { url, token }: Client,
  method: string,
  path: string,
  bytes: Uint8Array,
  headers: Record<string, string>,
): HeldRequest {
  const sending = request(url + path, {
    method,
    headers: { Authorization: `Bearer ${token}`, 'Content-Length': bytes.length, ...headers },
  })
  const answer = new Promise<number>((resolve, reject) => {
    sending.on('error', reject).on('response', (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0))
    })
  })
  sending.write(bytes.subarray(0, -heldBytes))
  return { answer, end: () => sending.end(bytes.subarray(-heldBytes)) }
}

/** Few enough that the bytes of a chunk that are not held are many. */
const heldBytes = 100

/** The store that belongs to a configuration, which reads no partial for its digest before it may. */
export async function slowToVerify(
  { DATA_DIR: dataDir, STORAGE_URL: bucket }: Config,
  untilAllowed: Promise<void> | (() => Promise<void> | undefined),
): Promise<Store> {
  const store = await openStore({ dataDir, freeSpaceReserve: 0, bucket })
  const partialDigests: Store['partialDigests'] = async (...given) => {
    await (typeof untilAllowed === 'function' ? untilAllowed() : untilAllowed)
    return store.partialDigests(...given)
  }
  return new Proxy(store, {
    get: (target, name) => {
      if (name === 'partialDigests') return partialDigests
      // As in a bucket: nothing is known of the bytes before all of them are there.
      if (name === 'arrivals') return null
      const member: unknown = Reflect.get(target, name)
      return typeof member === 'function' ? member.bind(target) : member
    },
  })
}
