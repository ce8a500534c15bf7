/** MD5 and SHA-256 of the same bytes in one pass: the fast way, and a slower way that can be saved and resumed. */
import { createHash } from 'node:crypto'
import { createSHA256 } from 'hash-wasm'
import SparkMD5 from 'spark-md5'
import type { Digests } from '../../shared/protocol/digests.ts'
import type { HashCheckpoint } from './hash-job.ts'

/** Both digests while the bytes come. */
export interface BothDigests {
  /** Bytes that were hashed before this run: the next ones are those from here on. */
  readonly hashedBefore: number
  /** The caller may overwrite `bytes` afterwards. */
  update(bytes: Uint8Array): void
  /** Ends both. */
  digests(): Digests
  /** What a later run needs to resume; null from node:crypto, which cannot export its state. */
  state(): Omit<HashCheckpoint, 'hashedBytes'> | null
}

/** By node:crypto. */
export function fastDigests(): BothDigests {
  const md5 = createHash('md5')
  const sha256 = createHash('sha256')
  return {
    hashedBefore: 0,
    update: (bytes) => {
      md5.update(bytes)
      sha256.update(bytes)
    },
    digests: () => ({ md5: md5.digest('hex'), sha256: sha256.digest('hex') }),
    state: () => null,
  }
}

/** spark-md5 copies what it is given, and leaves the copy to the collector: little at a time, bytes. */
const sparkBytes = 64 * 1024

/** @param checkpoint where to resume; one that can't be loaded, such as another release's, is ignored: hashing begins anew */
export async function resumableDigests(checkpoint: HashCheckpoint | null): Promise<BothDigests> {
  const md5 = new SparkMD5.ArrayBuffer()
  const sha256 = (await createSHA256()).init()
  let hashedBefore = 0
  try {
    if (checkpoint) {
      sha256.load(Buffer.from(checkpoint.sha256State, 'base64'))
      md5.setState(JSON.parse(checkpoint.state))
      hashedBefore = checkpoint.hashedBytes
    }
  } catch {
    sha256.init()
    md5.reset()
  }
  return {
    hashedBefore,
    update: (bytes) => {
      for (let offset = 0; offset < bytes.length; offset += sparkBytes) {
        // It reads the whole ArrayBuffer behind a view, so it gets a copy of just these bytes.
        md5.append(new Uint8Array(bytes.subarray(offset, offset + sparkBytes)).buffer)
      }
      sha256.update(bytes)
    },
    digests: () => ({ md5: md5.end(), sha256: sha256.digest('hex') }),
    state: () => ({
      state: JSON.stringify(md5.getState()),
      sha256State: Buffer.from(sha256.save()).toString('base64'),
    }),
  }
}
