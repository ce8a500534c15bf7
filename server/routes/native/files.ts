/**
 * `GET /api/files`: what is stored, page by page; or the files with one content, by its SHA-256. `GET /api/verified`: one file
 * with a content, whose bytes were read lately.
 */
import type Router from '@koa/router'
import { z } from 'zod'
import {
  type Checking,
  type FileList,
  type ListedFile,
  maxPathBytes,
  mostListed,
  sha256Schema,
} from '../../../src/shared/protocol/wire.ts'
import type { FileRow } from '../../ledger/ledger.ts'
import type { Uploads } from '../../uploads/context.ts'
import { conditionOf } from '../../uploads/finishing/stored-content.ts'
import { verifiedContent } from '../../uploads/finishing/verified-content.ts'
import { listFiles } from '../../uploads/listing/list-files.ts'
import type { UploadsOf } from '../client-uploads.ts'
import { parsed } from '../parse-fields.ts'

const number = (most: number) =>
  z
    .string()
    .regex(/^\d{1,16}$/, 'expected a whole number')
    .transform(Number)
    .pipe(z.int().max(most))

const fileQuerySchema = z.object({
  folder: z.string().max(maxPathBytes).default(''),
  after: z.string().max(maxPathBytes).optional(),
  limit: number(mostListed).pipe(z.int().min(1)).default(mostListed),
  depth: z.enum(['1', 'all'], 'expected 1 or all').default('all'),
})
const contentQuerySchema = z.object({ sha256: sha256Schema, size: number(Number.MAX_SAFE_INTEGER) })

const verifiedQuerySchema = contentQuerySchema.extend({ within: number(1e9).default(0) })

export function fileRoutes(router: Router, uploadsOf: UploadsOf): void {
  router.get('/api/files', async (ctx) => {
    const uploads = uploadsOf(ctx)
    ctx.set('Cache-Control', 'no-store')
    ctx.body = 'sha256' in ctx.query ? await withContent(uploads, ctx.query) : await page(uploads, ctx.query)
  })

  router.get('/api/verified', async (ctx) => {
    const uploads = uploadsOf(ctx)
    ctx.set('Cache-Control', 'no-store')
    const answer = await verified(uploads, ctx.query)
    if ('checking' in answer) ctx.status = 202
    ctx.body = answer
  })
}

async function page(uploads: Uploads, asked: unknown): Promise<FileList> {
  const { folder, after, limit, depth } = parsed(fileQuerySchema, asked)
  const inside = folder.replace(/\/$/, '')
  const { entries, next } = await listFiles(uploads, {
    folder: inside,
    after,
    limit,
    isDeep: depth === 'all',
  })
  return {
    files: entries.flatMap((entry) => ('file' in entry ? listed(uploads, entry.file) : [])),
    folders: entries.flatMap((entry) => ('folder' in entry ? entry.folder : [])),
    next,
  }
}

/** What is stored of one content: a few of its paths, for it may be there ten thousand times. */
async function withContent(uploads: Uploads, asked: unknown): Promise<FileList> {
  const { sha256, size } = parsed(contentQuerySchema, asked)
  const found: FileRow[] = []
  for (const file of await uploads.ledger.filesWithContent(size, sha256)) {
    // Somebody may have removed or changed it since it was last read.
    if ((await conditionOf(uploads, file)) === 'intact') found.push(file)
  }
  return { files: found.map((file) => listed(uploads, file)), folders: [], next: null }
}

async function verified(
  uploads: Uploads,
  asked: unknown,
): Promise<Checking | { readonly file: ListedFile | null }> {
  const { sha256, size, within } = parsed(verifiedQuerySchema, asked)
  const found = await verifiedContent(uploads, { size, sha256 }, within * 1000)
  if (found !== undefined && 'checking' in found) return found
  return { file: found === undefined ? null : listed(uploads, found) }
}

function listed({ library }: Uploads, file: FileRow): ListedFile {
  const iso = (ms: number) => new Date(ms).toISOString()
  return {
    path: library.toClientPath(file.storedPath),
    size: file.size,
    md5: file.md5,
    ...(file.sha256 !== null && { sha256: file.sha256 }),
    modifiedAt: iso(file.mtimeMs),
    storedAt: iso(file.storedAtMs),
    verifiedAt: iso(file.verifiedAtMs),
    ...(file.damage !== null && { damage: file.damage }),
  }
}
