/**
 * Parses PhotoFerry's command line and runs its commands: start, upload, watch, ls, get, verify, share, invite, serve,
 * scrub, token. A command's code is loaded when it is
 * called, so that the server neither waits for the client's libraries nor keeps them in memory.
 */
import { resolve } from 'node:path'
import { Command, InvalidArgumentError, Option } from 'commander'
import { fileGroups } from '../../shared/file-kinds.ts'
import { presetIds } from '../../shared/presets.ts'
import { toUploadError } from '../../shared/protocol/errors.ts'
import { escapeControls } from '../../shared/protocol/escape-controls.ts'
import { longestStillSeconds } from '../../shared/settings.ts'
import { packageVersion, serverEntry } from '../program-files.ts'
import type { LibraryFlags } from './at-server.ts'
import type { InviteFlags } from './invite-command.ts'
import type { ExportFlags, SettingsFlags } from './settings-command.ts'
import type { ShareFlags } from './share-command.ts'
import { addExtension, addKind, addPattern } from './skip-flags.ts'
import type { StartFlags } from './start-command.ts'
import type { UploadFlags } from './upload-command.ts'
import type { WatchFlags } from './watch-command.ts'

const stillText = 'seconds a file must be unchanged before it is finished (default: as in Settings, or 5)'

const exitCodes = { failed: 1, badUsage: 2 } as const

const program = new Command('photoferry')
  .usage('[command] [options]')
  .description('Upload folders of photos. Every file is checked byte for byte, and nothing is sent twice.')
  .version(packageVersion, '-V, --version', 'print the version')
  .helpOption('-h, --help', 'print help')
  .helpCommand('help [command]', 'print help for a command')
  .configureOutput({ outputError: (text, write) => write(usageError(text)) })
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : exitCodes.badUsage))
  .addHelpText(
    'after',
    `
Examples:
  photoferry                                    open the app
  photoferry serve --data /srv/photos           run a server; prints its address and token
  photoferry upload ~/Pictures/wedding --server http://127.0.0.1:4700 --token TOKEN

Run "photoferry COMMAND -h" for the options of a command.`,
  )

program
  .command('start')
  .summary('open the app (the default command)')
  .description("Open the app: in its own window, or in the browser where Electron can't run.")
  .option('--browser', 'use the browser even if the desktop window is available')
  .option('--no-open', 'print the address only; do not open the browser')
  .option(
    '--port <number>',
    'port of browser mode (default: 4711, or any free port if it is taken)',
    parsePort,
  )
  .option(
    '--state <folder>',
    'folder for the queue and settings (default: one in your user folder)',
    absolute,
  )
  .option(
    '--library <folder>',
    'folder for photos while no other server is set (default: PhotoFerry in your Pictures folder)',
    absolute,
  )
  .option('--still <seconds>', stillText, parseStill)
  .helpOption('-h, --help', 'print this help')
  .addHelpText(
    'after',
    `
Examples:
  photoferry start --browser --port 8080
  photoferry start --browser --no-open          on a computer without a screen`,
  )
  .action(async (flags: StartFlags) => {
    const { runStart } = await import('./start-command.ts')
    end(await runStart(flags))
  })

program
  .command('upload')
  .summary('upload files and folders')
  .description('Upload files and folders. Run the same command again to resume or retry.')
  .argument('<path...>', 'files and folders to upload', addPath)
  .option(
    '--server <url>',
    'address of the server, as printed by "photoferry serve"; required unless --dry-run',
  )
  .addOption(
    new Option('--token <token>', 'access token of the server').env('PHOTOFERRY_TOKEN').default('', 'none'),
  )
  .option(
    '--preset <name>',
    `upload converted copies: ${presetIds.join(', ')}, or a preset made in the app (default: original)`,
  )
  .option('--preset-file <file>', 'upload copies converted by the preset in this JSON file', absolute)
  .option(
    '--skip <pattern>',
    'skip files and folders of this name; * and ? match any characters; repeatable',
    addPattern,
  )
  .option('--skip-kind <kind>', `skip files of this kind: ${fileGroups.join(', ')}; repeatable`, addKind)
  .option(
    '--skip-extension <extension>',
    'skip files with this extension, such as xmp; repeatable',
    addExtension,
  )
  .option('--skip-empty', 'skip empty files')
  .option('--folder <path>', 'folder of the library that everything goes to (default: the top)')
  .option(
    '--name <template>',
    'paths made of tokens, such as "{YYYY}/{MM}-{DD} {batch}/{name}": see below (default: as on this computer)',
  )
  .addOption(
    new Option('--taken <policy>', 'what to do with a file whose name other bytes have at the server')
      .choices(['keep', 'skip'])
      .default('keep', 'keep: both are kept, the later one under a number'),
  )
  .addOption(
    new Option('--copies <where>', 'with --folder or --name, where converted copies go')
      .choices(['folder', 'suffix'])
      .default('folder', 'folder: one of the name of the preset'),
  )
  .option(
    '--previews',
    'small copies of all photos arrive first, below the folder previews, with a link to share',
  )
  .option('--dry-run', 'print what would be uploaded, and upload nothing')
  .option(
    '--receipt <file>',
    'write a list of the stored files to this .csv, .json, .md5, .sha256 or .mhl file',
    absolute,
  )
  .option('--json', 'print one JSON object on stdout at the end')
  .option(
    '--wait <seconds>',
    'seconds awake to wait for a server or network in trouble (15 at first contact), or a file still being written',
    parseSeconds,
    300,
  )
  .option('--still <seconds>', stillText, parseStill)
  .option(
    '--state <folder>',
    'folder for the queue (default: one for each server and set of paths); limits and skip rules saved there apply too',
    absolute,
  )
  .helpOption('-h, --help', 'print this help')
  .addHelpText(
    'after',
    `
Tokens for --name; the extension follows by itself:
  {YYYY} {YY} {MM} {DD} {hh} {mm} {ss} {zone}   when it was taken, by the camera's clock
  {camera} {lens} {serial} {rating}            what the photo says of itself
  {batch} {folder} {name}                      as on this computer
  {seq} {seq:4}                                number in the batch, with four digits

Exit codes:
  0    all files are stored
  1    some files are not stored
  2    wrong usage
  130  interrupted

Examples:
  photoferry upload ~/Pictures/wedding --server http://127.0.0.1:4700 --token TOKEN
  photoferry upload card1 card2 --server https://photos.example --receipt receipt.csv
  photoferry upload wedding --server https://photos.example --preset web-gallery
  photoferry upload card --server https://photos.example --folder "Li & Wang" --name "{YYYY}-{MM}-{DD}/{camera}_{seq:4}"
  photoferry upload wedding --dry-run --skip-kind video --skip "*_edited.*"`,
  )
  .action(async (paths: string[], flags: UploadFlags) => {
    const { runUpload } = await import('./upload-command.ts')
    end(await runUpload(paths, flags))
  })

program
  .command('watch')
  .summary('upload what comes to folders, until stopped')
  .description(
    'Upload the files of folders as they come: new and changed ones, and those of folders below. Run it again to go on; docs/photoferry-watch.service runs it with systemd.',
  )
  .argument('<folder...>', 'folders to watch', addPath)
  .requiredOption('--server <url>', 'address of the server, as printed by "photoferry serve"')
  .addOption(
    new Option('--token <token>', 'access token of the server').env('PHOTOFERRY_TOKEN').default('', 'none'),
  )
  .option('--new-only', 'leave alone what is in the folders at the very first start')
  .option(
    '--poll <seconds>',
    'read the folders so often instead of waiting for events: for network drives',
    parsePoll,
  )
  .option('--preset <name>', 'as for upload')
  .option('--preset-file <file>', 'as for upload', absolute)
  .option('--skip <pattern>', 'as for upload', addPattern)
  .option('--skip-kind <kind>', 'as for upload', addKind)
  .option('--skip-extension <extension>', 'as for upload', addExtension)
  .option('--skip-empty', 'skip empty files')
  .option('--folder <path>', 'as for upload')
  .option('--name <template>', 'as for upload')
  .addOption(new Option('--taken <policy>', 'as for upload').choices(['keep', 'skip']).default('keep'))
  .addOption(new Option('--copies <where>', 'as for upload').choices(['folder', 'suffix']).default('folder'))
  .option('--previews', 'as for upload')
  .option('--json', 'print one JSON object for each file')
  .option('--still <seconds>', stillText, parseStill)
  .option(
    '--state <folder>',
    'folder for the queue (default: one for each server and set of folders)',
    absolute,
  )
  .helpOption('-h, --help', 'print this help')
  .addHelpText(
    'after',
    '\nExample:\n  photoferry watch /srv/shoots --server https://photos.example --new-only --name "{YYYY}/{MM}-{DD}/{name}"',
  )
  .action(async (folders: string[], flags: WatchFlags) => {
    const { runWatch } = await import('./watch-command.ts')
    end(await runWatch(folders, flags))
  })

/** A command that asks a server for its library. */
const atServer = (command: Command) =>
  command
    .requiredOption('--server <url>', 'address of the server, as printed by "photoferry serve"')
    .addOption(
      new Option('--token <token>', 'access token of the server').env('PHOTOFERRY_TOKEN').default('', 'none'),
    )
    .helpOption('-h, --help', 'print this help')

atServer(program.command('ls'))
  .summary('list what a server has')
  .description('List a folder of the library at a server: size, time, path.')
  .argument('[folder]', 'folder of the library (default: all of it)', '')
  .option('--all', 'open the folders below it too')
  .option('--json', 'print one JSON object for each file')
  .action(async (folder: string, flags: LibraryFlags) => {
    const { runLs } = await import('./library-commands.ts')
    end(await runLs(folder, flags))
  })

atServer(program.command('get'))
  .summary('bring files from a server to this computer')
  .description(
    'Bring files and folders of the library to this computer. Every byte is checked, nothing is replaced. Run the same command again to resume.',
  )
  .argument('<path...>', 'files and folders of the library')
  .option('--to <folder>', 'folder of this computer (default: the current one)', absolute, resolve())
  .option('--json', 'print one JSON object at the end')
  .action(async (paths: string[], flags: LibraryFlags & { to: string }) => {
    const { runGet } = await import('./library-commands.ts')
    end(await runGet(paths, flags))
  })

atServer(program.command('verify'))
  .summary('say which files a server has, byte for byte')
  .description(
    'Read files and folders of this computer, and look for each at the server by its SHA-256: under its own name or any other.',
  )
  .argument('<path...>', 'files and folders of this computer', addPath)
  .option('--json', 'print one JSON object for each file')
  .addHelpText(
    'after',
    '\nExit codes:\n  0    the server has all of them\n  1    it does not, or some can not be read',
  )
  .action(async (paths: string[], flags: LibraryFlags) => {
    const { runVerify } = await import('./library-commands.ts')
    end(await runVerify(paths, flags))
  })

atServer(program.command('share'))
  .summary('make a link to files of a server')
  .description(
    'Make a link by which others see a file or folder of the library and download it, without a token.',
  )
  .argument('[path]', 'file or folder of the library', '')
  .option('--days <number>', 'how long the link works', parseSeconds, 30)
  .option('--list', 'list the links that still work')
  .option('--revoke <id>', 'end a link; its id as in --list')
  .option('--json', 'print JSON')
  .action(async (path: string, flags: ShareFlags) => {
    const { runShare } = await import('./share-command.ts')
    end(await runShare(path, flags))
  })

atServer(program.command('invite'))
  .summary('write a file by which others connect to a server')
  .description(
    'Write an invitation: a file with the address and the token of a server. Whoever opens it in PhotoFerry ("Connect to your studio") uploads there.',
  )
  .argument('<file>', 'file to write; .photoferry is added', absolute)
  .option('--name <name>', 'what the server is called (default: its host)')
  .option('--json', 'print JSON')
  .action(async (path: string, flags: InviteFlags) => {
    const { runInvite } = await import('./invite-command.ts')
    end(await runInvite(path, flags))
  })

const settingsCommands = program
  .command('settings')
  .summary('write settings to a file, or read them from one')
  .description(
    'Settings of the app in browser mode, in .photoferry files: those of a studio (servers, where photos go there, presets), or of a computer. Folders of this computer are in none.',
  )

settingsCommands
  .command('export')
  .description('Write settings to a new file; .photoferry is added to its name.')
  .argument('<file>', 'file to write', absolute)
  .option('--studio', 'only servers, where photos go there, and presets: to hand to others')
  .option('--secrets', 'with the tokens: whoever has the file can upload')
  .option('--state <folder>', 'folder of the queue and the settings (default: that of the app)', absolute)
  .action(async (file: string, flags: SettingsFlags & ExportFlags) => {
    const { runExport } = await import('./settings-command.ts')
    end(await runExport(file, flags))
  })

settingsCommands
  .command('import')
  .description('Take over what a .photoferry file holds, and print what changes. Nothing is taken away.')
  .argument('<file>', 'file to read', absolute)
  .option('--dry-run', 'print what would change, and change nothing')
  .option('--state <folder>', 'folder of the queue and the settings (default: that of the app)', absolute)
  .action(async (file: string, flags: SettingsFlags & { readonly dryRun?: boolean }) => {
    const { runImport } = await import('./settings-command.ts')
    end(await runImport(file, flags))
  })

program
  .command('serve')
  .summary('run a server that receives and stores photos')
  .usage('[options]')
  .helpOption(false)
  .allowUnknownOption()
  .allowExcessArguments()
  .action(async (_flags: unknown, command: Command) => {
    // The server is a separate program: this one may start it but not import it, so it is found at run time.
    const server = (await import(serverEntry.href)) as { run(argv: readonly string[]): Promise<void> }
    await server.run(command.args)
  })

program
  .command('scrub')
  .summary('check that every file on a server is whole')
  .usage('[options]')
  .helpOption(false)
  .allowUnknownOption()
  .allowExcessArguments()
  .action(async (_flags: unknown, command: Command) => {
    const server = (await import(serverEntry.href)) as { scrub(argv: readonly string[]): Promise<never> }
    await server.scrub(command.args)
  })

program
  .command('token')
  .summary('make, list and revoke access tokens of a server')
  .usage('[command]')
  .helpOption(false)
  .allowUnknownOption()
  .allowExcessArguments()
  .action(async (_flags: unknown, command: Command) => {
    const server = (await import(serverEntry.href)) as { token(argv: readonly string[]): Promise<never> }
    await server.token(command.args)
  })

try {
  await program.parseAsync(toCommand(process.argv.slice(2)), { from: 'user' })
} catch (thrown) {
  const error = toUploadError(thrown)
  console.error(escapeControls(`photoferry: ${error.message}`))
  end(error.code === 'bad-request' ? exitCodes.badUsage : exitCodes.failed)
}

/** Without arguments, PhotoFerry starts the app. `help serve` becomes `serve --help`: the server prints its own help. */
function toCommand([first, ...rest]: readonly string[]): string[] {
  if (first === undefined) return ['start']
  return first === 'help' ? [...rest, '--help'] : [first, ...rest]
}

/** @param text of commander, such as "error: unknown option '--bogus'" */
function usageError(text: string): string {
  const sentence = text
    .trim()
    .replace(/^error: /, '')
    .replace(/\n/g, ' ')
    .replace(/\.$/, '')
  return `photoferry: ${escapeControls(sentence)}. Run with -h for help.\n`
}

/** Ends the process even if a timer or socket would keep it running. */
function end(exitCode: number): void {
  process.exitCode = exitCode
  // Output to a pipe is asynchronous: it must drain first.
  process.stdout.write('', () => process.stderr.write('', () => process.exit()))
}

function parsePort(text: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65535) return port
  throw new InvalidArgumentError('Use a number from 0 to 65535.')
}

function parseSeconds(text: string): number {
  const seconds = Number(text)
  if (/^\d+(\.\d+)?$/.test(text)) return seconds
  throw new InvalidArgumentError('Use a number of seconds.')
}

function parsePoll(text: string): number {
  const seconds = parseSeconds(text)
  if (seconds >= 1) return seconds
  throw new InvalidArgumentError('Use a number of seconds from 1.')
}

function parseStill(text: string): number {
  const seconds = parseSeconds(text)
  if (seconds <= longestStillSeconds) return seconds
  throw new InvalidArgumentError(`Use a number from 0 to ${longestStillSeconds}.`)
}

/** An empty path, as of a shell variable that is not set, must not mean the current folder. */
function addPath(text: string, before: readonly string[] = []): string[] {
  if (text !== '') return [...before, resolve(text)]
  throw new InvalidArgumentError('Name a file or folder.')
}

function absolute(path: string): string {
  if (path === '') throw new InvalidArgumentError('Name a path.')
  return resolve(path)
}
