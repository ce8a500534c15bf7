/**
 * Lets one sync of a program fail, once, and lose what was written to the file since its last good sync, by a library that is
 * preloaded into it (failing-sync.c). Linux only; needs a C compiler.
 */
import { existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { compileLibrary } from '../preloaded-library.ts'

export const canFailSyncs = process.platform === 'linux'

const source = join(import.meta.dirname, 'failing-sync.c')
const codes = { EIO: 5, ENOSPC: 28, EDQUOT: 122 } as const
export type SyncError = keyof typeof codes

export interface FailingSync {
  /** The environment with which the program is to be started. */
  readonly env: Readonly<Record<string, string>>
  /** From now on the n-th sync fails, of all or of paths that contain a part. @param which from 1; 0 for none */
  arm(which: number, part?: string, code?: SyncError): void
  /** From now on what is lost can be read as before, until `reveal`. */
  hide(): void
  /** What was hidden and not written once more reads as zeros from the program's next sync on. */
  reveal(): void
  /** Paths whose sync failed since the last `arm`. */
  failed(): readonly string[]
}

/**
 * @param scratch absolute path of a folder for the library and its orders
 * @param root absolute path of the folder below which syncs count
 */
export function failingSync(scratch: string, root: string): FailingSync {
  const library = join(scratch, 'failing-sync.so')
  const control = join(scratch, 'orders')
  if (!existsSync(library)) compileLibrary(source, library)
  let run = 0
  let reported = 0
  let hides = false
  const reports = () =>
    existsSync(`${control}.log`) ? readFileSync(`${control}.log`, 'utf8').trimEnd().split('\n') : []
  const arm = (which: number, part = '/', code: SyncError = 'EIO') => {
    run += 1
    reported = reports().length
    writeFileSync(control, `${run} ${which} ${codes[code]} ${part} ${hides ? 1 : 0}\n`)
  }
  arm(0)
  return {
    env: {
      LD_PRELOAD: library,
      FAILING_SYNC_ROOT: realpathSync(root),
      FAILING_SYNC_CONTROL: control,
      // Syncs that the ring does, no library sees.
      UV_USE_IO_URING: '0',
    },
    arm,
    hide: () => {
      hides = true
    },
    reveal: () => arm(-1),
    failed: () => reports().slice(reported),
  }
}
