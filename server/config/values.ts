/** Parsers of single settings, from the text of a flag or a variable: sizes, counts, lists, origins, addresses. */
import { z } from 'zod'
import { documentOrigins, documentOriginsWord } from '../http/document-origins.ts'
import { parseDatabaseUrl } from '../ledger/mysql/database-url.ts'
import { parseBucketUrl } from '../storage/s3/bucket-url.ts'

const units: Readonly<Record<string, number>> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 }

/** Bytes of `8388608`, `8M`, `8MB` or `8 MiB` (always powers of 1024); undefined for anything else. */
function byteSize(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([KMGT]?)(?:I?B)?$/.exec(text.trim().toUpperCase())
  if (match === null) return undefined
  const size = Math.floor(Number(match[1]) * (units[match[2] ?? ''] ?? 1))
  return Number.isSafeInteger(size) ? size : undefined
}

/** A size, in bytes. */
export const bytes = z.string().transform((text, context) => {
  const size = byteSize(text)
  if (size !== undefined) return size
  context.addIssue(`expected a size such as 8388608, 8M or 10GB, got "${text}"`)
  return z.NEVER
})

/** Names separated by commas. */
export const names = z.string().transform((text) =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean),
)

/** Origins separated by commas; one word stands for those of the documents' pages. */
export const origins = names.transform((all) =>
  all.flatMap((name) => (name === documentOriginsWord ? documentOrigins : name)),
)

export const origin = z.string().refine((text) => URL.canParse(text) && new URL(text).origin === text, {
  error: (issue) => `expected an origin such as https://photos.example.com, got "${issue.input}"`,
})

/** First parts of the server's own paths: below one of these it could not tell its own path from the proxy's. */
const ownPaths = ['api', 'uploads', 'tus', 'resumable', 'dav', 's', 'metrics']

/** The address at which clients reach the server, parsed. */
export const publicUrl = z.string().transform((text, context) => {
  const url = /^https?:\/\//i.test(text) && URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || url.username + url.password + url.search + url.hash !== '') {
    context.addIssue(`expected an address such as https://example.com/photos, got "${text}"`)
    return z.NEVER
  }
  const first = url.pathname.split('/')[1]?.toLowerCase() ?? ''
  if (!ownPaths.includes(first)) return url
  context.addIssue(`the server's own addresses begin with /${first}; choose another path, such as /photos`)
  return z.NEVER
})

/** Where messages are sent. A password in it would be in every log on the way: the signature is what counts. */
export const webhookUrl = z.string().transform((text, context) => {
  const url = /^https?:\/\//i.test(text) && URL.canParse(text) ? new URL(text) : undefined
  if (url !== undefined && url.username + url.password + url.hash === '') return url
  context.addIssue(
    'expected an address such as https://example.com/hooks/photos, without a name and a password',
  )
  return z.NEVER
})

/** @param what such as "a port", for "expected a port from 0 to 65535" */
export function count(what: string, least: number, most: number) {
  return z.string().transform((text, context) => {
    const value = Number(text)
    if (text.trim() !== '' && Number.isInteger(value) && value >= least && value <= most) return value
    context.addIssue(`expected ${what} from ${least} to ${most}, got "${text}"`)
    return z.NEVER
  })
}

/** Uses a parser that throws an Error with a sentence for people. */
function parsedWith<Value>(parse: (text: string) => Value) {
  return z.string().transform((text, context) => {
    try {
      return parse(text)
    } catch (thrown) {
      context.addIssue(thrown instanceof Error ? thrown.message : String(thrown))
      return z.NEVER
    }
  })
}

export const bucketAddress = parsedWith(parseBucketUrl)
export const databaseAddress = parsedWith(parseDatabaseUrl)
