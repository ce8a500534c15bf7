/** The server's configuration: flags first, then the environment, then defaults; parsed once, refused with the reason. */
import { resolve } from 'node:path'
import { z } from 'zod'
import { isLoopback } from '../http/host-names.ts'
import { logFormats } from '../monitoring/log.ts'
import { secretsSchema } from '../webhooks/signature.ts'
import { flagOf, parseFlags, UsageError } from './flags.ts'
import { tokensSchema } from './tokens.ts'
import {
  bucketAddress,
  bytes,
  count,
  databaseAddress,
  names,
  origin,
  origins,
  publicUrl,
  webhookUrl,
} from './values.ts'

const gibibyte = 2 ** 30
const mebibyte = 2 ** 20

const chunkSize = z
  .int()
  .min(64 * 1024, 'expected at least 64K')
  .max(gibibyte, 'expected at most 1G')
const hours = z.coerce
  .number('expected hours')
  .positive('expected more than 0 hours')
  .max(24 * 3650, 'expected at most 87600 hours, ten years')

const configSchema = z.object({
  PORT: count('a port', 0, 65_535).default(4700),
  HOST: z.string().min(1).default('127.0.0.1'),
  DATA_DIR: z
    .string()
    .min(1)
    .default('photoferry-data')
    .transform((path) => resolve(path)),
  STORAGE_URL: bucketAddress.optional(),
  TOKENS: tokensSchema.default([]),
  MAX_FILE_SIZE: bytes.pipe(z.int().positive('expected at least one byte')).default(10 * gibibyte),
  CHUNK_SIZE: bytes.pipe(chunkSize).default(8 * mebibyte),
  CORS_ORIGINS: origins.pipe(z.array(origin)).default([]),
  ALLOWED_HOSTS: names.default([]),
  PUBLIC_URL: publicUrl.optional(),
  TLS_CERT: z.string().min(1).optional(),
  TLS_KEY: z.string().min(1).optional(),
  TASK_EXPIRY: hours.default(168),
  FREE_SPACE_RESERVE: bytes.default(256 * mebibyte),
  MAX_OPEN_TASKS: count('a count', 1, 10_000_000).default(20_000),
  SCRUB_DAYS: count('days', 0, 3_650).default(30),
  SCRUB_RATE: z.coerce
    .number('expected MB per second')
    .min(0.001, 'expected at least 0.001 MB per second')
    .max(10_000, 'expected at most 10000 MB per second')
    .default(8),
  REREAD_DAYS: count('days', 0, 3_650).default(60),
  STOP_TIMEOUT: count('seconds', 0, 3_600).default(10),
  DATABASE_URL: databaseAddress.optional(),
  WEBHOOK_URL: webhookUrl.optional(),
  WEBHOOK_SECRET: secretsSchema.optional(),
  WEBHOOK_SECRET_FILE: z.string().min(1).optional(),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  LOG_FORMAT: z.enum(logFormats).default('auto'),
  SHOW_TOKEN: z.enum(['yes', 'no']).default('yes'),
  NODE_ENV: z.string().optional(),
})

/** Sizes are in bytes, `TASK_EXPIRY` in hours, `STOP_TIMEOUT` in seconds, `SCRUB_RATE` in MB per second. */
export type Config = Readonly<z.infer<typeof configSchema>> & { readonly auth: boolean }

/**
 * @param argv the arguments after `serve`
 * @returns undefined when help was asked for and printed
 * @throws UsageError
 */
export function parseConfig(argv: readonly string[], env: NodeJS.ProcessEnv): Config | undefined {
  const flags = parseFlags(argv)
  if (flags === undefined) return undefined
  const fromEnv = { ...env, TOKENS: env.TOKENS || env.TOKEN }
  const parsed = configSchema.safeParse(withoutEmpty({ ...fromEnv, ...withoutEmpty(flags.values) }))
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    const variable = String(issue?.path[0] ?? '')
    // Named the way it was given: as a flag or as a variable.
    const name = flags.values[variable] ? flagOf(variable) : variable
    throw new UsageError(`${name && `${name}: `}${issue?.message}`)
  }
  const config = { ...parsed.data, auth: flags.auth }
  if ((config.TLS_CERT === undefined) !== (config.TLS_KEY === undefined)) {
    throw new UsageError('TLS needs both --tls-cert and --tls-key. Give the other one too.')
  }
  refuseHalfAWebhook(config)
  if (!config.auth) refuseUnsafeNoAuth(config, argv.filter((argument) => argument === '--no-auth').length)
  return config
}

/** @throws UsageError */
function refuseHalfAWebhook({ WEBHOOK_URL, WEBHOOK_SECRET, WEBHOOK_SECRET_FILE }: Config): void {
  const secrets = [WEBHOOK_SECRET, WEBHOOK_SECRET_FILE].filter((given) => given !== undefined)
  if (WEBHOOK_URL !== undefined && secrets.length !== 1) {
    throw new UsageError(
      '--webhook needs one secret to sign with: in WEBHOOK_SECRET, or in the file that --webhook-secret-file names.',
    )
  }
  if (WEBHOOK_URL === undefined && secrets.length > 0)
    throw new UsageError('There is a secret for a webhook, but no address. Give one with --webhook.')
}

/** @param times how often `--no-auth` was given @throws UsageError */
function refuseUnsafeNoAuth({ TOKENS, HOST }: Pick<Config, 'TOKENS' | 'HOST'>, times: number): void {
  if (TOKENS.length > 0) {
    throw new UsageError(
      '--no-auth means that no token is needed, but tokens are given. Leave out one of them.',
    )
  }
  if (!isLoopback(HOST) && times < 2) {
    throw new UsageError(
      `--no-auth with --host ${HOST} lets anyone on the network read and write. Repeat --no-auth if you mean it.`,
    )
  }
}

/** An empty variable, such as `PORT=` in an env file, means the default. */
function withoutEmpty(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== ''))
}
