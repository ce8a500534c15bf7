/**
 * Lets one sync of a program fail, once, and lose what was written to the file since its last good sync, by a library that is
 * preloaded into it (failing-sync.c). Linux only; needs a C compiler.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export const canFailSyncs = process.platform === 'linux'

const source = join(import.meta.dirname, 'failing-sync.c')
const codes = { EIO: 5, ENOSPC: 28, EDQUOT: 122 } as const
export type SyncError = keyof typeof codes

export interface FailingSync {
  /** The environment with which the program is to be started. */
  readonly env: Readonly<Record<string, string>>
  /** From now on the n-th sync fails, of all or of paths that contain a part. @param which from 1; 0 for none */
  arm(which: number, part?: string, code?: SyncError): void
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
  if (!existsSync(library)) compile(library)
  let run = 0
  let reported = 0
  const reports = () =>
    existsSync(`${control}.log`) ? readFileSync(`${control}.log`, 'utf8').trimEnd().split('\n') : []
  const arm = (which: number, part = '/', code: SyncError = 'EIO') => {
    run += 1
    reported = reports().length
    writeFileSync(control, `${run} ${which} ${codes[code]} ${part}\n`)
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
    failed: () => reports().slice(reported),
  }
}

/** @throws Error that names what to install */
function compile(library: string): void {
  try {
    execFileSync('cc', ['-shared', '-fPIC', '-O1', '-o', library, source, '-ldl', '-lpthread'], {
      stdio: 'pipe',
    })
  } catch (cause) {
    throw new Error('These tests need a C compiler: install gcc and libc6-dev.', { cause })
  }
}
