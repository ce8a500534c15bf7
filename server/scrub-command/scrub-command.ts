/** `photoferry scrub`: has every stored file read and compared with the ledger, and lists what is damaged. */
import { setTimeout as pause } from 'node:timers/promises'
import { Command, CommanderError } from 'commander'
import { UploadError } from '../../src/shared/protocol/errors.ts'
import type { ScrubReport } from '../../src/shared/protocol/wire.ts'
import { type Config, parseConfig } from '../config/config.ts'
import { UsageError } from '../config/flags.ts'
import { createLog } from '../monitoring/log.ts'
import { addressOf, type LibraryScrub, scrubHere, scrubOf, tokenFor } from './library-scrub.ts'

/** How often progress is asked for, and printed where it is not one line that is redrawn, ms. */
const askEveryMs = 500
const printEveryMs = 30_000
const megabyte = 1_000_000

interface ScrubFlags {
  readonly server?: string
  readonly forget?: boolean
}

/**
 * Runs the command.
 * @param argv the arguments after `scrub`
 * @returns its exit code: 0 when every file is whole, 1 when some are damaged or the scrub ended early
 * @throws UsageError; UploadError, or the system's error when the library cannot be used
 */
export async function runScrub(argv: readonly string[]): Promise<number> {
  const parsed = parse(argv)
  const config = parsed && parseConfig(parsed.rest, process.env)
  if (parsed === undefined || config === undefined) return 0
  const library = await open(config, parsed.flags)
  try {
    if (parsed.flags.forget) {
      print(`${await library.forget()} damaged files were forgotten. What is at their paths stays there.`)
      return 0
    }
    return conclude(await untilEnded(library))
  } finally {
    await library.close()
  }
}

/** @returns undefined when help was asked for and printed @throws UsageError */
function parse(argv: readonly string[]): { flags: ScrubFlags; rest: readonly string[] } | undefined {
  const command = createCommand()
  try {
    command.parse([...argv], { from: 'user' })
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown
    if (thrown.exitCode === 0) return undefined
    throw new UsageError(thrown.message.replace(/^error: /, ''))
  }
  const { server, forget } = command.opts<ScrubFlags>()
  if (server !== undefined && !/^https?:\/\/./.test(server)) {
    throw new UsageError(`--server: expected an address such as http://127.0.0.1:4700, got "${server}"`)
  }
  return { flags: { ...(server !== undefined && { server }), ...(forget && { forget }) }, rest: command.args }
}

function createCommand(): Command {
  return new Command('photoferry scrub')
    .usage('[options] [settings of the server]')
    .description(
      'Reads every stored file, compares it with the ledger, and lists those that are damaged. While a server uses the library, the server does it.',
    )
    .option(
      '--server <url>',
      'address of the server that is to do it, if it is not the one of these settings',
    )
    .option(
      '--forget',
      'read nothing: forget the files that are known to be damaged, and leave them as they are',
    )
    .addHelpText(
      'after',
      `
Give the settings with which the server was started, above all --data, as flags or in the environment.
The token for --server is read from PHOTOFERRY_TOKEN.

Exit codes:
  0    every stored file is whole
  1    some are damaged, or not all could be read
  2    wrong usage

Examples:
  photoferry scrub --data /srv/photos
  PHOTOFERRY_TOKEN=… photoferry scrub --server https://photos.example`,
    )
    .allowUnknownOption()
    .allowExcessArguments()
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
}

/** A data folder that is in use belongs to a server: that one has to do it. */
async function open(config: Config, { server }: ScrubFlags): Promise<LibraryScrub> {
  if (server !== undefined) return scrubOf(server, process.env.PHOTOFERRY_TOKEN || null)
  try {
    return await scrubHere(config, createLog({ level: 'warn', format: config.LOG_FORMAT }))
  } catch (thrown) {
    // Only for a folder that is in use: with a wrong folder another library must not be scrubbed in its place.
    if (!(thrown instanceof UploadError) || thrown.code !== 'storage-failed') throw thrown
    const running = scrubOf(addressOf(config), await tokenFor(config, process.env))
    const answers = await running.report().then(
      () => true,
      () => false,
    )
    if (answers) return running
    const hint = 'Or name the server that uses it with --server, and its token in PHOTOFERRY_TOKEN.'
    throw new UploadError(thrown.code, `${thrown.message} ${hint}`, { cause: thrown })
  }
}

async function untilEnded(library: LibraryScrub): Promise<ScrubReport> {
  let report = await library.start()
  process.stderr.write(`Scrubbing ${report.files} files ${library.where}\n`)
  let printedMs = performance.now()
  while (report.running) {
    await pause(askEveryMs)
    report = await library.report()
    if (process.stderr.isTTY) process.stderr.write(`\r\u001B[K${progressText(report)}`)
    else if (performance.now() - printedMs >= printEveryMs) {
      process.stderr.write(`${progressText(report)}\n`)
      printedMs = performance.now()
    }
  }
  if (process.stderr.isTTY) process.stderr.write('\r\u001B[K')
  return report
}

function progressText({ checkedFiles, files, checkedBytes, bytes, damagedFiles }: ScrubReport): string {
  const done = `${checkedFiles} of ${files} files, ${megabytes(checkedBytes)} of ${megabytes(bytes)} MB`
  return damagedFiles === 0 ? done : `${done}, ${damagedFiles} damaged`
}

const words: Readonly<Record<ScrubReport['damaged'][number]['damage'], string>> = {
  bytes: 'other bytes than were stored',
  size: 'another size than was stored',
  changed: 'changed by somebody',
  gone: 'gone',
  unreadable: 'cannot be read',
}

/** Prints what was found. @returns the exit code */
function conclude(report: ScrubReport): number {
  for (const { path, damage, since } of report.damaged)
    print(`DAMAGED ${escaped(path)}: ${words[damage]} (found ${since})`)
  const unlisted = report.damagedFiles - report.damaged.length
  if (unlisted > 0) print(`… and ${unlisted} more`)
  if (report.failure !== null) print(report.failure)
  const { checkedFiles, checkedBytes, damagedFiles } = report
  print(`${checkedFiles} files read, ${megabytes(checkedBytes)} MB. ${damagedFiles} damaged.`)
  if (damagedFiles > 0) {
    print('Upload the originals of damaged files once more to the same paths: that replaces them.')
    print('Files that you removed or edited on purpose: photoferry scrub --forget')
  }
  return damagedFiles > 0 || report.failure !== null ? 1 : 0
}

/** Names come from clients: no control character of theirs reaches the terminal. */
function escaped(path: string): string {
  return path.replace(
    /[\p{Cc}\p{Cf}\u2028\u2029]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  )
}

function megabytes(bytes: number): string {
  return (bytes / megabyte).toFixed(bytes < 10 * megabyte ? 1 : 0)
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
