/** `photoferry upload`: uploads the paths of a command line with the same client that the app uses. */
import { basename } from 'node:path'
import { toUploadError } from '../../shared/protocol/errors.ts'
import { escapeControls } from '../../shared/protocol/escape-controls.ts'
import { defaultSettings } from '../../shared/settings.ts'
import { type Client, type ClientOptions, openClient } from '../client/client.ts'
import { resolveLink } from '../intake/scan.ts'
import type { Patience } from '../queue/patience.ts'
import { appStateDir, desktopStateDir, uploadStateDir } from './app-folders.ts'
import { choosePreset, type PresetFlags } from './choose-preset.ts'
import { type DestinationFlags, destinationOf } from './destination-flags.ts'
import { dryRun } from './dry-run.ts'
import { printPreviewLinks } from './preview-links.ts'
import { followProgress } from './progress-line.ts'
import { assertWritable, writeReceiptFile } from './receipt-file.ts'
import { missedDrivesLine } from './report-lines.ts'
import { serverOf } from './server-flags.ts'
import { whenAsked } from './server-question.ts'
import { type SkipFlags, skipRulesOf } from './skip-flags.ts'
import { whenToldToStop } from './stop-signals.ts'
import { collectGarbageEarly, terminalClient } from './terminal-client.ts'
import { countFiles } from './terminal-text.ts'
import { UploadReport, type UploadSummary } from './upload-report.ts'

export interface UploadFlags extends PresetFlags, SkipFlags, DestinationFlags {
  /** Left out only for a dry run. */
  readonly server?: string
  readonly token: string
  /** Absolute path. */
  readonly state?: string
  /**
   * Seconds to wait for a server that can't be reached, at most 15 of them before the first contact; and for files that are
   * still being written, once nothing else is left.
   */
  readonly wait: number
  /** Seconds that a file must have stood still; left out: as in the settings. */
  readonly still?: number
  /** Absolute path; its extension chooses the format. */
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
  collectGarbageEarly()
  const stateDirs = [...(flags.state ? [flags.state] : []), desktopStateDir, appStateDir]
  if (flags.dryRun) return dryRun(paths, flags, stateDirs)
  const server = serverOf(flags, ' unless --dry-run')
  const preset = await choosePreset(flags, stateDirs)
  const destination = destinationOf(flags)
  if (flags.receipt) await assertWritable(flags.receipt)
  const startedAtMs = Date.now()
  const client = await openClient({
    ...terminalClient,
    stateDir: flags.state ?? uploadStateDir(server.url, paths, destination),
    server,
    preset,
    destination,
    skipRules: skipRulesOf(flags),
    bundled: null,
    patience: patienceOf(flags),
    ...stillnessOf(flags),
  })
  const report = new UploadReport(client, await Promise.all(paths.map(resolveLink)))
  const end = await uploadAll(client, paths)
  const journalError = await client.stop().then(() => null, toUploadError)
  const summary = report.summarize((Date.now() - startedAtMs) / 1000)
  if (flags.json) console.log(JSON.stringify(summary))
  report.print(summary, end.kind === 'interrupted')
  if (end.kind === 'asked') console.error(escapeControls(end.sentence))
  const { missed } = client.drives
  if (missed.length > 0) console.error(missedDrivesLine(missed))
  let changed = 0
  if (flags.receipt) {
    const facts = {
      name: basename(paths[0] ?? ''),
      serverUrl: server.url,
      itemIds: report.itemIds(),
      unreadPaths: summary.unreadPaths,
      leftOut: summary.leftOut,
    }
    changed = await writeReceiptFile(flags.receipt, client, facts)
    if (changed > 0) console.error(changedLine(changed))
  }
  // Thrown only now: files are stored although the queue was not saved, and the next run finds them on the server.
  if (journalError) throw journalError
  if (end.kind === 'interrupted') return exitCodes.interrupted
  return changed + missed.length > 0 ? exitCodes.unfinished : exitCodeOf(summary)
}

/** @param count files, 1 or more */
function changedLine(count: number): string {
  const files = `${countFiles(count)} changed since ${count === 1 ? 'it was' : 'they were'} stored`
  return `${files}. Run the same command again to upload ${count === 1 ? 'it' : 'them'}.`
}

/** A file that is no longer written to always gets the time that it must stand still, however short the patience is. */
function stillnessOf({ wait, still }: UploadFlags): Pick<ClientOptions, 'stillSeconds' | 'stillPatienceMs'> {
  const stillPatienceMs = (wait + (still ?? defaultSettings.stillSeconds) + slackSeconds) * 1000
  return { stillPatienceMs, ...(still === undefined ? {} : { stillSeconds: still }) }
}

/** Beyond that time, for file systems that keep times in steps of two seconds. */
const slackSeconds = 2

type End = { readonly kind: 'idle' | 'interrupted' } | { readonly kind: 'asked'; readonly sentence: string }

/** @returns what ended it */
async function uploadAll(client: Client, paths: readonly string[]): Promise<End> {
  printPreviewLinks(client)
  const progress = followProgress(client)
  const asked = whenAsked(client).then((sentence): End => ({ kind: 'asked', sentence }))
  await client.intake.addPaths(paths)
  const interrupted = whenToldToStop(['SIGINT', 'SIGTERM']).then((): End => ({ kind: 'interrupted' }))
  const idle = client.whenIdle().then((): End => ({ kind: 'idle' }))
  const end = await Promise.race([idle, interrupted, asked])
  progress.stop()
  return end
}

/** What the person's own rules leave out is no failure; anything else that is not stored is one. */
function exitCodeOf({ dropped, done, skipped }: UploadSummary): number {
  return done + skipped === dropped ? exitCodes.done : exitCodes.unfinished
}
