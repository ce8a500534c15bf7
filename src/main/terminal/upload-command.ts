/** `photoferry upload`: the same client as the app's, driven by a command line. */
import { basename } from 'node:path'
import { toUploadError, UploadError } from '../../shared/protocol/errors.ts'
import { serverAddressSchema } from '../../shared/servers.ts'
import { type Client, openClient } from '../client/client.ts'
import { resolveLink } from '../intake/scan.ts'
import type { Patience } from '../queue/server-link.ts'
import { appStateDir, desktopStateDir, uploadStateDir } from './app-folders.ts'
import { choosePreset, type PresetFlags } from './choose-preset.ts'
import { runDry } from './dry-run.ts'
import { followProgress } from './progress-line.ts'
import { assertWritable, writeReceiptFile } from './receipt-file.ts'
import { terminalClient } from './terminal-client.ts'
import { UploadReport } from './upload-report.ts'

export interface UploadFlags extends PresetFlags {
  /** Left out only for a dry run. */
  readonly server?: string
  readonly token: string
  readonly state?: string
  /** Seconds to wait for a server that is away, for one that never was there 15 at most. */
  readonly wait: number
  /** Absolute path; CSV unless it ends in `.json`. */
  readonly receipt?: string
  readonly json?: boolean
  /** Sums up what would be sent, and sends nothing. */
  readonly dryRun?: boolean
}

/** A server that was never reached is most likely at another address: nobody wants to find out after minutes. */
const longestFirstContactMs = 15_000

/** Who waits for less says so of a server that never was there, too. */
function patienceOf({ wait }: UploadFlags): Patience {
  const returnMs = wait * 1000
  return { firstContactMs: Math.min(longestFirstContactMs, returnMs), returnMs }
}

/**
 * Uploads and reports: the summary on stderr, with `json` one JSON object on stdout.
 * @param paths absolute
 * @returns the exit code: 0 when all files are done, 1 when some are not, 130 when it was interrupted
 * @throws UploadError `bad-request` for an address or a preset that is none, a receipt or a state that cannot be
 * written; `state-in-use`
 */
export async function runUpload(paths: readonly string[], flags: UploadFlags): Promise<number> {
  const stateDirs = [...(flags.state ? [flags.state] : []), desktopStateDir, appStateDir]
  if (flags.dryRun) return runDry(paths, flags, stateDirs)
  const server = serverAddressSchema.safeParse({ url: flags.server, token: flags.token })
  if (!server.success) {
    throw new UploadError(
      'bad-request',
      `--server: expected an address such as http://127.0.0.1:4700, got ${flags.server ?? 'none'}`,
    )
  }
  const preset = await choosePreset(flags, stateDirs)
  if (flags.receipt) await assertWritable(flags.receipt)
  const startedAtMs = Date.now()
  const client = await openClient({
    ...terminalClient,
    stateDir: flags.state ?? uploadStateDir(server.data.url, paths),
    server: server.data,
    preset,
    bundled: null,
    patience: patienceOf(flags),
  })
  const report = new UploadReport(client, await Promise.all(paths.map(resolveLink)))
  const progress = followProgress(client)
  await client.addPaths(paths)
  const interrupted = await finishedOrInterrupted(client)
  progress.stop()
  const unwritten = await client.stop().then(() => null, toUploadError)
  const summary = report.summarize((Date.now() - startedAtMs) / 1000)
  if (flags.json) console.log(JSON.stringify(summary))
  report.print(summary, interrupted)
  if (flags.receipt) {
    const facts = { name: basename(paths[0] ?? ''), serverUrl: server.data.url, itemIds: report.itemIds() }
    await writeReceiptFile(flags.receipt, client, facts)
  }
  // What is stored is told all the same; the next run finds it there.
  if (unwritten) throw unwritten
  if (interrupted) return 130
  // What a rule of the person's own leaves out is no failure.
  const isSettled = summary.items.every(({ status, note }) => status === 'done' || note?.kind === 'skipped')
  return isSettled ? 0 : 1
}

async function finishedOrInterrupted(client: Client): Promise<boolean> {
  const interrupted = new Promise<true>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve(true))
  })
  return Promise.race([client.whenIdle().then(() => false), interrupted])
}
