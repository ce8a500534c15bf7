/** What the server is set to: flags first, then the environment, then defaults; parsed once, refused with the reason. */
import { resolve } from 'node:path'
import { Command, CommanderError } from 'commander'
import { z } from 'zod'
import { byteSize } from './byte-size.ts'
import { keysSchema } from './keys.ts'
import { isLoopback } from './middleware/host-guard.ts'

const gibibyte = 2 ** 30
const mebibyte = 2 ** 20

const bytes = z.string().transform((text, context) => {
  const size = byteSize(text)
  if (size !== undefined) return size
  context.addIssue(`expected a size such as 8388608, 8M or 10GB, got "${text}"`)
  return z.NEVER
})
const names = z.string().transform((text) =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean),
)
const origin = z.string().refine((text) => URL.canParse(text) && new URL(text).origin === text, {
  error: (issue) => `expected an origin such as https://photos.example.com, got "${issue.input}"`,
})

const settingsSchema = z.object({
  PORT: z.coerce.number('expected a port from 0 to 65535').int().min(0).max(65_535).default(4700),
  HOST: z.string().min(1).default('127.0.0.1'),
  DATA_DIR: z
    .string()
    .min(1)
    .default('photoferry-data')
    .transform((path) => resolve(path)),
  TOKENS: keysSchema.default([]),
  MAX_FILE_SIZE: bytes.pipe(z.int().positive()).default(10 * gibibyte),
  CHUNK_SIZE: bytes
    .pipe(
      z
        .int()
        .min(64 * 1024, 'expected at least 64K')
        .max(gibibyte),
    )
    .default(8 * mebibyte),
  CORS_ORIGINS: names.pipe(z.array(origin)).default([]),
  ALLOWED_HOSTS: names.default([]),
  TASK_EXPIRY: z.coerce
    .number('expected hours')
    .positive()
    .max(24 * 3650)
    .default(168),
  FREE_SPACE_RESERVE: bytes.default(256 * mebibyte),
  MAX_OPEN_TASKS: z.coerce.number().int().positive().default(20_000),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  NODE_ENV: z.string().optional(),
})

/** The server's settings, sizes in bytes, `TASK_EXPIRY` in hours. */
export type Config = Readonly<z.infer<typeof settingsSchema>> & { readonly auth: boolean }

/** The command line cannot be used; the message says why in one sentence. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/**
 * @param argv what follows `serve`
 * @returns undefined when help was asked for and printed
 * @throws UsageError
 */
export function parseConfig(argv: readonly string[], env: NodeJS.ProcessEnv): Config | undefined {
  const flags = parseFlags(argv)
  if (flags === undefined) return undefined
  const { auth, ...given } = flags
  const fromEnv = { ...env, TOKENS: env.TOKENS ?? env.TOKEN }
  const parsed = settingsSchema.safeParse(withoutEmpty({ ...fromEnv, ...withoutEmpty(given) }))
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw new UsageError(
      `${issue?.path[0] === undefined ? '' : `${String(issue.path[0])}: `}${issue?.message}`,
    )
  }
  const config = { ...parsed.data, auth: auth !== false }
  if (!config.auth && !isLoopback(config.HOST) && argv.filter((word) => word === '--no-auth').length < 2) {
    throw new UsageError(
      `--no-auth with --host ${config.HOST} lets everybody on the network read and write. Say --no-auth twice if you mean it.`,
    )
  }
  return config
}

/** An empty variable, as `PORT=` in a file of settings, means the default. */
function withoutEmpty(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== ''))
}

function parseFlags(argv: readonly string[]): Record<string, unknown> | undefined {
  const command = createCommand()
  try {
    command.parse([...argv], { from: 'user' })
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown
    if (thrown.exitCode === 0) return undefined
    throw new UsageError(thrown.message.replace(/^error: /, ''))
  }
  const flags = command.opts()
  const named = Object.entries(flags).map(([flag, value]) => [variables[flag] ?? flag, value])
  return Object.fromEntries(named)
}

/** Flag -> the environment variable that means the same. */
const variables: Readonly<Record<string, string>> = {
  port: 'PORT',
  host: 'HOST',
  data: 'DATA_DIR',
  token: 'TOKENS',
  maxFileSize: 'MAX_FILE_SIZE',
  chunkSize: 'CHUNK_SIZE',
  corsOrigins: 'CORS_ORIGINS',
  allowedHosts: 'ALLOWED_HOSTS',
  taskExpiry: 'TASK_EXPIRY',
  freeSpaceReserve: 'FREE_SPACE_RESERVE',
  maxOpenTasks: 'MAX_OPEN_TASKS',
  logLevel: 'LOG_LEVEL',
}

function createCommand(): Command {
  return new Command('photoferry serve')
    .description('Receives uploads. Prints one JSON line with its address and token when it listens.')
    .option('--port <number>', 'port, 0 for any free one (PORT, default 4700)')
    .option('--host <address>', 'address to listen on (HOST, default 127.0.0.1)')
    .option('--data <folder>', 'where everything is kept (DATA_DIR, default ./photoferry-data)')
    .option(
      '--token <token>',
      'opens the server; several, also as name:token:folder, are separated by commas (TOKEN, TOKENS)',
    )
    .option('--no-auth', 'let everybody in; beyond this machine say it twice')
    .option('--max-file-size <size>', 'largest file taken (MAX_FILE_SIZE, default 10GB)')
    .option('--chunk-size <size>', 'size of a chunk (CHUNK_SIZE, default 8M)')
    .option('--cors-origins <list>', 'web origins that may use the server (CORS_ORIGINS)')
    .option('--allowed-hosts <list>', 'names the server goes by, besides localhost (ALLOWED_HOSTS)')
    .option('--task-expiry <hours>', 'an upload without a sign of life is dropped (TASK_EXPIRY, default 168)')
    .option('--free-space-reserve <size>', 'kept free on the disk (FREE_SPACE_RESERVE, default 256M)')
    .option('--max-open-tasks <count>', 'unfinished uploads at once (MAX_OPEN_TASKS, default 20000)')
    .option('--log-level <level>', 'debug, info, warn or error (LOG_LEVEL, default info)')
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
}
