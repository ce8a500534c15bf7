/** `photoferry upload`: uploads the paths of a command line with the same client that the app uses. */
import { basename } from 'node:path'
import { toUploadError, UploadError } from '../../shared/protocol/errors.ts'
import { type ServerAddress, serverAddressSchema } from '../../shared/servers.ts'
import { type Client, openClient } from '../client/client.ts'
import { resolveLink } from '../intake/scan.ts'
import type { Patience } from '../queue/connection.ts'
import { appStateDir, desktopStateDir, uploadStateDir } from './app-folders.ts'
import { choosePreset, type PresetFlags } from './choose-preset.ts'
import { dryRun } from './dry-run.ts'
import { followProgress } from './progress-line.ts'
import { assertWritable, writeReceiptFile } from './receipt-file.ts'
import { terminalClient } from './terminal-client.ts'
import { UploadReport, type UploadSummary } from './upload-report.ts'

export interface UploadFlags extends PresetFlags {
  /** Left out only for a dry run. */
  readonly server?: string
  readonly token: string
  /** Absolute path. */
  readonly state?: string
  /** Seconds to wait for a server that can't be reached; at most 15 of them before the first contact. */
  readonly wait: number
  /** Absolute path; CSV unless it ends in `.json`. */
  readonly receipt?: string
  readonly json?: boolean
  /** Print what would be uploaded, and upload nothing. */
  readonly dryRun?: boolean
}

const exitCodes = { done: 0, unfinished: 1, interrupted: 130 } as const

/** A server that was never reached is most likely a wrong address: nobody wants to find that out after minutes. */
const longestFirstContactMs = 15_000

function patienceOf({ wait }: UploadFlags): Patience {
  const returnMs = wait * 1000
  return { firstContactMs: Math.min(longestFirstContactMs, returnMs), returnMs }
}

/**
 * Uploads and reports: the summary on stderr, with `json` one JSON object on stdout.
 * @param paths absolute
 * @returns the exit code: 0 when all files are stored but for those that the person's rules skip, 1 when any other is not,
 *   an empty one included, 130 after an interruption
 * @throws UploadError `bad-request` for an address or preset that can't be used, or a receipt or state folder that
 * can't be written; `state-in-use`; `disk-full` when the receipt can't be written after the upload
 */
export async function runUpload(paths: readonly string[], flags: UploadFlags): Promise<number> {
  const stateDirs = [...(flags.state ? [flags.state] : []), desktopStateDir, appStateDir]
  if (flags.dryRun) return dryRun(paths, flags, stateDirs)
  const server = serverOf(flags)
  const preset = await choosePreset(flags, stateDirs)
  if (flags.receipt) await assertWritable(flags.receipt)
  const startedAtMs = Date.now()
  const client = await openClient({
    ...terminalClient,
    stateDir: flags.state ?? uploadStateDir(server.url, paths),
    server,
    preset,
    bundled: null,
    patience: patienceOf(flags),
  })
  const report = new UploadReport(client, await Promise.all(paths.map(resolveLink)))
  const interrupted = await uploadAll(client, paths)
  const journalError = await client.stop().then(() => null, toUploadError)
  const summary = report.summarize((Date.now() - startedAtMs) / 1000)
  if (flags.json) console.log(JSON.stringify(summary))
  report.print(summary, interrupted)
  if (flags.receipt) {
    const facts = { name: basename(paths[0] ?? ''), serverUrl: server.url, itemIds: report.itemIds() }
    await writeReceiptFile(flags.receipt, client, facts)
  }
  // Thrown only now: files are stored although the queue was not saved, and the next run finds them on the server.
  if (journalError) throw journalError
  return interrupted ? exitCodes.interrupted : exitCodeOf(summary)
}

/** @throws UploadError `bad-request` */
function serverOf({ server, token }: UploadFlags): ServerAddress {
  const parsed = serverAddressSchema.safeParse({ url: server, token })
  if (parsed.success) return parsed.data
  const fault =
    server === undefined ? '--server is required unless --dry-run' : `--server ${server} is not an address`
  throw new UploadError('bad-request', `${fault}. Use one like --server http://127.0.0.1:4700.`)
}

/** @returns whether it was interrupted */
async function uploadAll(client: Client, paths: readonly string[]): Promise<boolean> {
  const progress = followProgress(client)
  await client.intake.addPaths(paths)
  const interrupted = new Promise<true>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve(true))
  })
  const wasInterrupted = await Promise.race([client.whenIdle().then(() => false), interrupted])
  progress.stop()
  return wasInterrupted
}

/** What the person's own rules leave out is no failure; anything else that is not stored is one. */
function exitCodeOf({ dropped, done, skipped }: UploadSummary): number {
  return done + skipped === dropped ? exitCodes.done : exitCodes.unfinished
}
