/** The two ways of `photoferry scrub` to a library: by the server that has it open, or by itself while none has. */
import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { z } from 'zod'
import { UploadError } from '../../src/shared/protocol/errors.ts'
import {
  errorBodySchema,
  forgottenSchema,
  routes,
  type ScrubReport,
  scrubSchema,
} from '../../src/shared/protocol/wire.ts'
import type { Config } from '../config/config.ts'
import { tokenPath } from '../config/token-file.ts'
import { bracketed } from '../http/host-names.ts'
import type { Log } from '../monitoring/log.ts'
import { openLibrary } from '../open-library.ts'
import { forgetDamaged } from '../uploads/scrub/forget-damaged.ts'
import { scrubReport } from '../uploads/scrub/scrub-report.ts'

/** A library that can be scrubbed. */
export interface LibraryScrub {
  /** In words, for the first line. */
  readonly where: string
  /** Starts a scrub of all files, or joins the one that runs. */
  start(): Promise<ScrubReport>
  report(): Promise<ScrubReport>
  /** @returns how many damaged files were forgotten */
  forget(): Promise<number>
  close(): Promise<void>
}

const requestTimeoutMs = 30_000

/** By a running server. @param token null when it needs none */
export function scrubOf(url: string, token: string | null): LibraryScrub {
  const base = url.replace(/\/+$/, '')
  const ask = async <Schema extends z.ZodType>(
    method: string,
    path: string,
    schema: Schema,
  ): Promise<z.infer<Schema>> => {
    const headers = token === null ? {} : { Authorization: `Bearer ${token}` }
    const signal = AbortSignal.timeout(requestTimeoutMs)
    const response = await fetch(base + path, { method, headers, signal, redirect: 'error' }).catch(
      (cause: unknown) => {
        throw new UploadError('server-unreachable', `No PhotoFerry server answers at ${base}.`, { cause })
      },
    )
    const body: unknown = await response.json().catch(() => undefined)
    const answer = schema.safeParse(body)
    if (response.ok && answer.success) return answer.data
    const error = errorBodySchema.safeParse(body)
    if (error.success) throw new UploadError(error.data.error.code, error.data.error.message)
    throw new UploadError(
      'not-photoferry',
      `${base} is no PhotoFerry server that can scrub. Check --server, or update it.`,
    )
  }
  return {
    where: `by the server at ${base}`,
    start: () => ask('POST', routes.scrub, scrubSchema),
    report: () => ask('GET', routes.scrub, scrubSchema),
    forget: async () => (await ask('DELETE', routes.damagedFiles, forgottenSchema)).forgotten,
    close: async () => undefined,
  }
}

/** By this process. @throws UploadError when a server has the library open, or it cannot be used */
export async function scrubHere(config: Config, log: Log): Promise<LibraryScrub> {
  await assertLibrary(config)
  const { uploads, scrub, close } = await openLibrary(config, log)
  const report = () => scrubReport(uploads, scrub.progress)
  return {
    where: `in ${config.DATA_DIR}`,
    start: async () => {
      await scrub.startFull()
      return report()
    },
    report,
    forget: () => forgetDamaged(uploads),
    close,
  }
}

/** A server would begin an empty library there; here that would be a false all-clear. @throws UploadError `bad-request` */
async function assertLibrary({ DATA_DIR, DATABASE_URL }: Config): Promise<void> {
  if (DATABASE_URL !== undefined) return
  await access(join(DATA_DIR, '.photoferry', 'ledger.db')).catch((cause: unknown) => {
    const message = `There is no library in ${DATA_DIR}. Give the data folder of the server with --data.`
    throw new UploadError('bad-request', message, { cause })
  })
}

/** Where a server with these settings listens, as this machine reaches it. */
export function addressOf({ HOST, PORT, TLS_CERT }: Config): string {
  const host = HOST === '0.0.0.0' || HOST === '::' ? '127.0.0.1' : bracketed(HOST)
  return `${TLS_CERT === undefined ? 'http' : 'https'}://${host}:${PORT}`
}

/** A token for the whole library: of the environment, of the settings, or the one that the server has generated. */
export async function tokenFor(config: Config, env: NodeJS.ProcessEnv): Promise<string | null> {
  if (env.PHOTOFERRY_TOKEN) return env.PHOTOFERRY_TOKEN
  const ofWhole = config.TOKENS.find(({ folder }) => folder === '')
  if (ofWhole !== undefined) return ofWhole.token
  const kept = await readFile(tokenPath(config.DATA_DIR), 'utf8').catch(() => '')
  return kept.trim() || null
}
