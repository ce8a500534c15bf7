/**
 * The terminal's commands: photoferry start | upload | serve. Parses the command line and hands over. Each command's
 * code is loaded when it is called: the server neither waits for the client's libraries nor keeps them in memory.
 */
import { resolve } from 'node:path'
import { Command, InvalidArgumentError, Option } from 'commander'
import { presetIds } from '../../shared/presets.ts'
import { toUploadError } from '../../shared/protocol/errors.ts'
import { packageVersion, serverEntry } from '../program-files.ts'
import type { StartFlags } from './start-command.ts'
import { oneLine } from './terminal-text.ts'
import type { UploadFlags } from './upload-command.ts'

const badUsage = 2
const failed = 1

const program = new Command('photoferry')
  .description('Uploads folders of photos so that every file arrives once, whole and provably identical.')
  .version(packageVersion)
  .configureOutput({ outputError: (text, write) => write(usageText(text)) })
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : badUsage))

program
  .command('start')
  .description('open the app: its window where Electron can run, else a page in the browser')
  .option('--browser', 'open it in the browser also where the window could be had')
  .option('--no-open', 'print the URL only, open no browser')
  .option('--port <n>', 'port of browser mode (default: 4711, or any free one)', parsePort)
  .option(
    '--state <dir>',
    "folder that keeps the queue (default: PhotoFerry's own in your user folder)",
    absolute,
  )
  .option(
    '--library <dir>',
    'folder that receives the photos when no other server is set (default: Pictures/PhotoFerry)',
    absolute,
  )
  .action(async (flags: StartFlags) => {
    const { runStart } = await import('./start-command.ts')
    end(await runStart(flags))
  })

program
  .command('upload')
  .description('upload files and folders; the same command again goes on where it stopped')
  .argument('<path...>', 'files and folders', addPath)
  .option(
    '--server <url>',
    'address of the server, as `photoferry serve` prints it; needed but for --dry-run',
  )
  .addOption(new Option('--token <token>', 'token of the server').env('PHOTOFERRY_TOKEN').default('', 'none'))
  .option(
    '--state <dir>',
    'folder that keeps the queue (default: one for each server and set of paths)',
    absolute,
  )
  .option(
    '--preset <name>',
    `send copies of photos made this way: ${presetIds.join(', ')}, or one made in the app (default: original)`,
  )
  .option('--preset-file <file>', 'send copies made as this JSON file says', absolute)
  .option(
    '--wait <seconds>',
    'how long to wait for a server that went away (15 at most for one that never was there)',
    parseSeconds,
    300,
  )
  .option('--receipt <file>', 'write a receipt of what is stored to this .csv or .json file', absolute)
  .option('--dry-run', 'only sum up what would be sent: kinds, sizes, copies, what cannot be read')
  .option('--json', 'print one JSON object on stdout at the end')
  .action(async (paths: string[], flags: UploadFlags) => {
    const { runUpload } = await import('./upload-command.ts')
    end(await runUpload(paths, flags))
  })

program
  .command('serve')
  .description('run the server that receives photos; `photoferry serve --help` lists its options')
  .helpOption(false)
  .allowUnknownOption()
  .allowExcessArguments()
  .action(async (_flags: unknown, command: Command) => {
    // The server is a program of its own that this one may start but not import: it is found at run time.
    const server = (await import(serverEntry.href)) as { run(argv: readonly string[]): Promise<void> }
    await server.run(command.args)
  })

try {
  await program.parseAsync(words(process.argv.slice(2)), { from: 'user' })
} catch (thrown) {
  const error = toUploadError(thrown)
  console.error(oneLine(`photoferry: ${error.message}`))
  end(error.code === 'bad-request' ? badUsage : failed)
}

/** Called by its bare name it is the app; help for a command comes from that command, since the server has its own. */
function words([first, ...rest]: readonly string[]): string[] {
  if (first === undefined) return ['start']
  return first === 'help' ? [...rest, '--help'] : [first, ...rest]
}

/** @param text of commander, such as "error: unknown option '--bogus'" */
function usageText(text: string): string {
  const sentence = oneLine(
    text
      .trim()
      .replace(/^error: /, '')
      .replace(/\n/g, ' ')
      .replace(/\.$/, ''),
  )
  return `photoferry: ${sentence}. Add -h to see what can be said.\n`
}

/** Leaves no timer or socket behind that would keep a finished command running. */
function end(exitCode: number): void {
  process.exitCode = exitCode
  // Output to a pipe is asynchronous: let it drain before leaving.
  process.stdout.write('', () => process.stderr.write('', () => process.exit()))
}

function parsePort(text: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65535) return port
  throw new InvalidArgumentError('Expected a number from 0 to 65535.')
}

function parseSeconds(text: string): number {
  const seconds = Number(text)
  if (/^\d+(\.\d+)?$/.test(text)) return seconds
  throw new InvalidArgumentError('Expected a number of seconds.')
}

/** A variable that is not set must not mean the folder that one happens to be in. */
function addPath(text: string, before: readonly string[] = []): string[] {
  if (text !== '') return [...before, resolve(text)]
  throw new InvalidArgumentError('Expected a file or a folder, got nothing.')
}

function absolute(path: string): string {
  if (path === '') throw new InvalidArgumentError('Expected a path, got nothing.')
  return resolve(path)
}
