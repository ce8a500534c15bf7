/** The command line of `photoferry serve`: every setting once, with its flag, its environment variable and its help. */
import { Command, CommanderError, Option } from 'commander'

interface Setting {
  readonly flag: string
  readonly variable: string
  readonly help: string
}

const settings: readonly Setting[] = [
  { flag: '--port <number>', variable: 'PORT', help: 'port to listen on, 0 for any free one (default 4700)' },
  { flag: '--host <address>', variable: 'HOST', help: 'address to listen on (default 127.0.0.1)' },
  { flag: '--data <folder>', variable: 'DATA_DIR', help: 'data folder (default ./photoferry-data)' },
  {
    flag: '--storage <url>',
    variable: 'STORAGE_URL',
    help: 'store files in a bucket: s3://bucket/folder?endpoint=…&region=…, with its keys in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (default: the data folder)',
  },
  {
    flag: '--token <list>',
    variable: 'TOKENS',
    help: 'access tokens: token, name:token or name:token:folder, separated by commas, or a JSON list (default: one is generated and kept in the data folder); other users of this machine can see flags, so prefer the variable',
  },
  {
    flag: '--show-token <yes|no>',
    variable: 'SHOW_TOKEN',
    help: 'whether to print the token on stdout; use no when stdout goes to a log (default yes)',
  },
  {
    flag: '--max-file-size <size>',
    variable: 'MAX_FILE_SIZE',
    help: 'largest file to accept (default 10GB)',
  },
  { flag: '--chunk-size <size>', variable: 'CHUNK_SIZE', help: 'size of a chunk (default 8M)' },
  { flag: '--cors-origins <list>', variable: 'CORS_ORIGINS', help: 'web origins that may use the server' },
  {
    flag: '--allowed-hosts <list>',
    variable: 'ALLOWED_HOSTS',
    help: 'host names of the server, in addition to localhost and the address it listens on',
  },
  {
    flag: '--public-url <url>',
    variable: 'PUBLIC_URL',
    help: 'address at which clients reach the server through a reverse proxy, such as https://example.com/photos; its host name is allowed, its path may be left on requests or stripped (default: none)',
  },
  {
    flag: '--tls-cert <file>',
    variable: 'TLS_CERT',
    help: 'certificate with its chain, in PEM, to serve https; read again when it changes (default: http)',
  },
  { flag: '--tls-key <file>', variable: 'TLS_KEY', help: 'its private key, in PEM' },
  {
    flag: '--task-expiry <hours>',
    variable: 'TASK_EXPIRY',
    help: 'unfinished uploads are deleted after this long without activity (default 168)',
  },
  {
    flag: '--free-space-reserve <size>',
    variable: 'FREE_SPACE_RESERVE',
    help: 'disk space to keep free (default 256M)',
  },
  {
    flag: '--max-open-tasks <count>',
    variable: 'MAX_OPEN_TASKS',
    help: 'limit on unfinished uploads (default 20000)',
  },
  {
    flag: '--scrub-days <days>',
    variable: 'SCRUB_DAYS',
    help: 'every stored file is read and compared with the ledger at least once in so many days; 0 for never (default 30)',
  },
  {
    flag: '--scrub-rate <number>',
    variable: 'SCRUB_RATE',
    help: 'how much of them is read per second at most, in MB; a quarter of it while clients upload (default 8)',
  },
  {
    flag: '--reread-days <days>',
    variable: 'REREAD_DAYS',
    help: 'a stored file that was last read longer ago is read before the server says that it has it already (default 60)',
  },
  {
    flag: '--stop-timeout <seconds>',
    variable: 'STOP_TIMEOUT',
    help: 'how long running requests may take to finish when the server stops (default 10)',
  },
  {
    flag: '--webhook <url>',
    variable: 'WEBHOOK_URL',
    help: 'address that is told of every batch that is complete, signed with the secret in WEBHOOK_SECRET (default: nobody is told)',
  },
  {
    flag: '--webhook-secret-file <file>',
    variable: 'WEBHOOK_SECRET_FILE',
    help: 'file with that secret, in the place of the variable; read anew for every message',
  },
  { flag: '--log-level <level>', variable: 'LOG_LEVEL', help: 'debug, info, warn or error (default info)' },
  {
    flag: '--log-format <format>',
    variable: 'LOG_FORMAT',
    help: 'json, pretty, or auto: readable lines on a terminal, else JSON (default auto)',
  },
]

/** What the command line says. */
interface Flags {
  /** By the names of the variables. */
  readonly values: Readonly<Record<string, unknown>>
  readonly auth: boolean
}

/** @returns such as `--port` for `PORT`; the variable itself when it has no flag */
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
  if (!parseCommand(command, argv)) return undefined
  const { auth, ...given } = command.opts()
  const values = Object.fromEntries(options.map(({ variable, name }) => [variable, given[name]]))
  return { values, auth: auth !== false }
}

/** Has a command read its arguments. @returns false when help was asked for and printed @throws UsageError */
export function parseCommand(command: Command, argv: readonly string[]): boolean {
  try {
    command.parse([...argv], { from: 'user' })
    return true
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown
    if (thrown.exitCode === 0) return false
    throw new UsageError(thrown.message.replace(/^error: /, ''))
  }
}

function createCommand(): Command {
  return new Command('photoferry serve')
    .description(
      'Receives uploads. When the server is ready, it prints one JSON line with its address and token.',
    )
    .option('--no-auth', 'no token needed; repeat the flag to allow this on a network address')
    .addHelpText(
      'after',
      '\nA flag overrides the environment variable in [ ]. Sizes: 8388608, 8M, 10GB. Separate lists with commas.\nVariables without a flag: DATABASE_URL=mysql://user:password@host/database keeps the ledger in MySQL or MariaDB\ninstead of the data folder; NODE_ENV=development includes the causes of errors in answers.\nFull documentation: server/README.md.',
    )
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
}
