/** What the server is set to: flags first, then the environment, then defaults; parsed once, refused with the reason. */
import { resolve } from 'node:path'
import { z } from 'zod'
import { parseDatabaseUrl } from '../ledger/mysql/database-url.ts'
import { isLoopback } from '../middleware/host-guard.ts'
import { logFormats } from '../monitoring/log.ts'
import { parseS3Location } from '../storage/s3/bucket-url.ts'
import { byteSize } from './byte-size.ts'
import { flagOf, parseFlags, UsageError } from './flags.ts'
import { keysSchema } from './tokens.ts'

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

const bucket = z.string().transform((text, context) => {
  try {
    return parseS3Location(text)
  } catch (thrown) {
    context.addIssue(thrown instanceof Error ? thrown.message : String(thrown))
    return z.NEVER
  }
})

/** @param what for a person, as in "expected a port from 0 to 65535" */
function count(what: string, least: number, most: number) {
  return z.string().transform((text, context) => {
    const value = Number(text)
    if (text.trim() !== '' && Number.isInteger(value) && value >= least && value <= most) return value
    context.addIssue(`expected ${what} from ${least} to ${most}, got "${text}"`)
    return z.NEVER
  })
}

const databaseAddress = z.string().transform((text, context) => {
  try {
    return parseDatabaseUrl(text)
  } catch (thrown) {
    context.addIssue(thrown instanceof Error ? thrown.message : String(thrown))
    return z.NEVER
  }
})

const settingsSchema = z.object({
  PORT: count('a port', 0, 65_535).default(4700),
  HOST: z.string().min(1).default('127.0.0.1'),
  DATA_DIR: z
    .string()
    .min(1)
    .default('photoferry-data')
    .transform((path) => resolve(path)),
  STORAGE_URL: bucket.optional(),
  TOKENS: keysSchema.default([]),
  MAX_FILE_SIZE: bytes.pipe(z.int().positive('expected at least one byte')).default(10 * gibibyte),
  CHUNK_SIZE: bytes
    .pipe(
      z
        .int()
        .min(64 * 1024, 'expected at least 64K')
        .max(gibibyte, 'expected at most 1G'),
    )
    .default(8 * mebibyte),
  CORS_ORIGINS: names.pipe(z.array(origin)).default([]),
  ALLOWED_HOSTS: names.default([]),
  TASK_EXPIRY: z.coerce
    .number('expected hours')
    .positive('expected more than 0 hours')
    .max(24 * 3650, 'expected at most 87600 hours, ten years')
    .default(168),
  FREE_SPACE_RESERVE: bytes.default(256 * mebibyte),
  MAX_OPEN_TASKS: count('a count', 1, 10_000_000).default(20_000),
  STOP_TIMEOUT: count('seconds', 0, 3_600).default(10),
  DATABASE_URL: databaseAddress.optional(),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  LOG_FORMAT: z.enum(logFormats).default('auto'),
  SHOW_TOKEN: z.enum(['yes', 'no']).default('yes'),
  NODE_ENV: z.string().optional(),
})

/** The server's settings, sizes in bytes, `TASK_EXPIRY` in hours, `STOP_TIMEOUT` in seconds. */
export type Config = Readonly<z.infer<typeof settingsSchema>> & { readonly auth: boolean }

/**
 * @param argv what follows `serve`
 * @returns undefined when help was asked for and printed
 * @throws UsageError
 */
export function parseConfig(argv: readonly string[], env: NodeJS.ProcessEnv): Config | undefined {
  const flags = parseFlags(argv)
  if (flags === undefined) return undefined
  const fromEnv = { ...env, TOKENS: env.TOKENS || env.TOKEN }
  const parsed = settingsSchema.safeParse(withoutEmpty({ ...fromEnv, ...withoutEmpty(flags.values) }))
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    const variable = String(issue?.path[0] ?? '')
    // In the words of whoever said it.
    const name = flags.values[variable] ? flagOf(variable) : variable
    throw new UsageError(`${name && `${name}: `}${issue?.message}`)
  }
  const config = { ...parsed.data, auth: flags.auth }
  if (!config.auth && config.TOKENS.length > 0) {
    throw new UsageError('--no-auth lets everybody in, and tokens only some. Leave out one of them.')
  }
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
