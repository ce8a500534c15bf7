/** The server's command line: every setting once, as a flag, as an environment variable, and in words. */
import { Command, CommanderError, Option } from 'commander'

interface Setting {
  readonly flag: string
  readonly variable: string
  readonly help: string
}

const settings: readonly Setting[] = [
  { flag: '--port <number>', variable: 'PORT', help: 'port, 0 for any free one (default 4700)' },
  { flag: '--host <address>', variable: 'HOST', help: 'address to listen on (default 127.0.0.1)' },
  { flag: '--data <folder>', variable: 'DATA_DIR', help: 'where it all is (default ./photoferry-data)' },
  {
    flag: '--storage <url>',
    variable: 'STORAGE_URL',
    help: 'keep files in a bucket, s3://bucket/folder?endpoint=…&region=…, its keys in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (default: in the data folder)',
  },
  {
    flag: '--token <list>',
    variable: 'TOKENS',
    help: 'who may come in: token, name:token or name:token:folder, separated by commas, or a JSON list (default: one is made and kept in the data folder); other users of this machine can read flags, not variables',
  },
  {
    flag: '--show-token <yes|no>',
    variable: 'SHOW_TOKEN',
    help: 'whether the line on stdout holds the token; no where stdout goes to a log (default yes)',
  },
  { flag: '--max-file-size <size>', variable: 'MAX_FILE_SIZE', help: 'largest file taken (default 10GB)' },
  { flag: '--chunk-size <size>', variable: 'CHUNK_SIZE', help: 'size of a chunk (default 8M)' },
  { flag: '--cors-origins <list>', variable: 'CORS_ORIGINS', help: 'web origins that may use the server' },
  {
    flag: '--allowed-hosts <list>',
    variable: 'ALLOWED_HOSTS',
    help: 'names the server goes by, besides localhost and its address',
  },
  {
    flag: '--task-expiry <hours>',
    variable: 'TASK_EXPIRY',
    help: 'an upload without a sign of life is dropped (default 168)',
  },
  {
    flag: '--free-space-reserve <size>',
    variable: 'FREE_SPACE_RESERVE',
    help: 'kept free on the disk (default 256M)',
  },
  {
    flag: '--max-open-tasks <count>',
    variable: 'MAX_OPEN_TASKS',
    help: 'unfinished uploads at once (default 20000)',
  },
  {
    flag: '--stop-timeout <seconds>',
    variable: 'STOP_TIMEOUT',
    help: 'what is in flight may end before the server does (default 10)',
  },
  { flag: '--log-level <level>', variable: 'LOG_LEVEL', help: 'debug, info, warn or error (default info)' },
  {
    flag: '--log-format <format>',
    variable: 'LOG_FORMAT',
    help: 'json, pretty, or auto: readable lines on a terminal, else JSON (default auto)',
  },
]

/** What the command line says, by the names of the variables. */
export interface Flags {
  readonly values: Readonly<Record<string, unknown>>
  readonly auth: boolean
}

/** @returns such as `--port` for `PORT`; the variable itself where it has no flag */
export function flagOf(variable: string): string {
  return settings.find((setting) => setting.variable === variable)?.flag.split(' ')[0] ?? variable
}

/** The command line cannot be used; the message says why in one sentence. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** @returns undefined when help was asked for and printed @throws UsageError */
export function parseFlags(argv: readonly string[]): Flags | undefined {
  const command = createCommand()
  const options = settings.map(({ flag, variable, help }) => {
    const option = new Option(flag, `${help} [${variable}]`)
    command.addOption(option)
    return { variable, name: option.attributeName() }
  })
  try {
    command.parse([...argv], { from: 'user' })
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown
    if (thrown.exitCode === 0) return undefined
    throw new UsageError(thrown.message.replace(/^error: /, ''))
  }
  const { auth, ...given } = command.opts()
  const values = Object.fromEntries(options.map(({ variable, name }) => [variable, given[name]]))
  return { values, auth: auth !== false }
}

function createCommand(): Command {
  return new Command('photoferry serve')
    .description('Receives uploads. Prints one JSON line with its address and token when it listens.')
    .option('--no-auth', 'let everybody in; beyond this machine say it twice')
    .addHelpText(
      'after',
      '\nA flag goes before its variable, named in [ ]. Sizes: 8388608, 8M, 10GB. Lists: with commas.\nVariables only: DATABASE_URL=mysql://user:password@host/database keeps the ledger there rather than in the data\nfolder; NODE_ENV=development shows causes in error answers.\nMore in server/README.md.',
    )
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
}
