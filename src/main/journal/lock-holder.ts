/** Takes the state folder's lock by a plain Node, for a process that has no SQLite (see state-lock.ts). */
import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { errorCodes, UploadError } from '../../shared/protocol/errors.ts'

/** How to run lock-program.ts. */
export interface LockProgram {
  readonly entry: URL
  /** Absolute path of a plain Node that has SQLite. */
  readonly nodePath: string
}

/** What the program reports: null once it holds the lock, else why it does not. */
const reportSchema = z.object({ code: z.enum(errorCodes), message: z.string() }).nullable()
export type LockReport = z.infer<typeof reportSchema>

/**
 * @param onLost called when the program ends though the lock was not released: another PhotoFerry may begin now
 * @returns releases the lock
 * @throws UploadError as `lockState` does; any other error where the program cannot be run
 */
export async function holdLock(
  { entry, nodePath }: LockProgram,
  stateDir: string,
  onLost: () => void = endProcess,
): Promise<() => void> {
  // It ends when its channel closes, which the kernel does with this process.
  const holder = spawn(nodePath, [fileURLToPath(entry), stateDir], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const report = await reportOf(holder)
  if (report !== null) throw new UploadError(report.code, report.message)
  holder.once('exit', onLost)
  return () => {
    holder.off('exit', onLost)
    holder.kill('SIGKILL')
  }
}

function reportOf(holder: ChildProcess): Promise<LockReport> {
  return new Promise((resolve, reject) => {
    holder.once('message', (message) => resolve(reportSchema.parse(message)))
    holder.once('error', reject)
    holder.once('exit', (code, signal) =>
      reject(new Error(`The program that locks the state folder ended with ${signal ?? code}.`)),
    )
  })
}

/** What is on disk is whole, as after a crash. */
function endProcess(): void {
  console.error('The process that held the lock of the state folder has ended. Start PhotoFerry again.')
  process.exit(1)
}
