/**
 * The server's entry: `photoferry serve` calls `run`, and the commands `scrub` and `token` have functions of their own; the app
 * starts this file as a separate process, and it can be started on its own, also as `server.js scrub`. Reports every failure in one sentence.
 */

import { realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { UploadError } from '../src/shared/protocol/errors.ts'
import { escapeControls } from '../src/shared/protocol/escape-controls.ts'
import { type Config, parseConfig } from './config/config.ts'
import { UsageError } from './config/flags.ts'
import { tokenPath } from './config/token-file.ts'
import { createLog } from './monitoring/log.ts'
import { runScrub } from './scrub-command/scrub-command.ts'
import { type RunningServer, serve } from './serve.ts'
import { errnoOf } from './storage/disk/errors.ts'
import { runToken } from './token-command/token-command.ts'

/**
 * Serves until the process is told to stop (SIGTERM, SIGINT, or the end of the app that started it), then exits with 0.
 * Exits with 2 when the command line cannot be used, with 1 when the server cannot start.
 * @param argv the arguments after `serve`
 */
export async function run(argv: readonly string[]): Promise<void> {
  let config: Config | undefined
  try {
    config = parseConfig(argv, process.env)
    if (config === undefined) return
    const log = createLog({ level: config.LOG_LEVEL, format: config.LOG_FORMAT })
    const stopRequested = untilStopRequested()
    const server = await serve(config, log)
    log.info({ url: server.url, data: config.DATA_DIR }, 'listening')
    if (server.token === null)
      log.warn({}, 'no token needed: anyone who can reach this server may read and write')
    process.stdout.write(`${JSON.stringify(startLine(server, config))}\n`)
    log.info({ reason: await stopRequested, seconds: config.STOP_TIMEOUT }, 'stopping')
    await close(server)
  } catch (thrown) {
    process.stderr.write(`${escapeControls(`photoferry serve: ${sentenceFor(thrown, config)}`)}\n`)
    process.exit(thrown instanceof UsageError ? 2 : 1)
  }
}

/**
 * Scrubs the library and exits: with 0 when every file is whole, with 1 when some are damaged or it could not be done, with 2
 * when the command line cannot be used.
 * @param argv the arguments after `scrub`
 */
export async function scrub(argv: readonly string[]): Promise<never> {
  try {
    process.exit(await runScrub(argv))
  } catch (thrown) {
    process.stderr.write(`photoferry scrub: ${thrown instanceof Error ? thrown.message : String(thrown)}\n`)
    process.exit(thrown instanceof UsageError ? 2 : 1)
  }
}

/**
 * Makes, lists or revokes tokens, and exits: with 0, with 1 when that could not be done, with 2 when the command line cannot
 * be used.
 * @param argv the arguments after `token`
 */
export async function token(argv: readonly string[]): Promise<never> {
  try {
    await runToken(argv)
    process.exit(0)
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown)
    process.stderr.write(`${escapeControls(`photoferry token: ${message}`)}\n`)
    process.exit(thrown instanceof UsageError ? 2 : 1)
  }
}

/** What the line on stdout says. With `SHOW_TOKEN=no` it names the token's file instead of the token. */
function startLine({ url, token }: RunningServer, config: Config): Readonly<Record<string, string | null>> {
  if (config.SHOW_TOKEN === 'yes' || token === null) return { url, token }
  return config.TOKENS.length > 0 ? { url } : { url, tokenFile: tokenPath(config.DATA_DIR) }
}

async function close(server: RunningServer): Promise<never> {
  // A second signal ends the process at once. Nothing that was answered is lost.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => process.exit(1))
  await server.close()
  process.exit(0)
}

/** Resolves with the reason to stop. */
function untilStopRequested(): Promise<string> {
  return new Promise((resolve) => {
    process.once('SIGTERM', resolve)
    process.once('SIGINT', resolve)
    // The app that started the server is gone, however it ended.
    process.once('disconnect', () => resolve('the app has ended'))
  })
}

/** One sentence for a person: what is wrong and what to do. */
function sentenceFor(thrown: unknown, config: Config | undefined): string {
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  const folder = config?.DATA_DIR ?? ''
  const isPort = thrown instanceof Error && 'syscall' in thrown && thrown.syscall === 'listen'
  // About the address to listen on; the ledger and the store report trouble with other machines themselves.
  const ofAddress: Readonly<Record<string, string>> = {
    EADDRINUSE: `Port ${config?.PORT} is in use. Stop the other program, or choose another with --port.`,
    EADDRNOTAVAIL: `This machine has no address ${config?.HOST}. Choose another with --host.`,
    ENOTFOUND: `The host name ${config?.HOST} is unknown. Choose another with --host.`,
  }
  const ofFolder: Readonly<Record<string, string>> = {
    EACCES: isPort
      ? `No permission for port ${config?.PORT}. Choose one above 1023 with --port.`
      : `No permission for folder ${folder}. Choose another with --data.`,
    EPERM: `No permission for folder ${folder}. Choose another with --data.`,
    EROFS: `Folder ${folder} is read-only. Choose another with --data.`,
    ENOTDIR: `${folder} is not a folder. Choose another with --data.`,
    EEXIST: `${folder} is not a folder. Choose another with --data.`,
    ENOENT: `Folder ${folder} cannot be created. Choose another with --data.`,
    ENOSPC: `The disk of ${folder} is full. Free some space, or choose another folder with --data.`,
  }
  if (thrown instanceof UploadError) return ofFolder[errnoOf(thrown.cause) ?? ''] ?? message
  const errno = errnoOf(thrown) ?? ''
  return ofAddress[errno] ?? ofFolder[errno] ?? message
}

/** Whether Node was started with the server itself, not with a program that imports it. */
function isProgram(): boolean {
  const here = fileURLToPath(import.meta.url)
  // In the build this code may be in a chunk beside its entry.
  const entry = join(dirname(here), here.endsWith('.ts') ? 'index.ts' : 'server.js')
  try {
    return realpathSync(process.argv[1] ?? '') === entry
  } catch {
    return false
  }
}

if (isProgram()) {
  const [command, ...rest] = process.argv.slice(2)
  if (command === 'scrub') await scrub(rest)
  else if (command === 'token') await token(rest)
  else await run(process.argv.slice(2))
}
