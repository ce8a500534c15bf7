/** Links to share: made, listed and revoked with a token at `/api/links`; opened without one at `/s/SECRET/`. */
import type Router from '@koa/router'
import type { Context } from 'koa'
import { z } from 'zod'
import { UploadError } from '../../../src/shared/protocol/errors.ts'
import { maxPathBytes, type SharedLink } from '../../../src/shared/protocol/wire.ts'
import { attachAs } from '../../http/attach-as.ts'
import { readJson } from '../../http/request-body.ts'
import { sendFile } from '../../http/send-file.ts'
import { noteTokenShown } from '../../http/shown-tokens.ts'
import type { LinkRow } from '../../ledger/ledger.ts'
import { safePath } from '../../storage/safe-path.ts'
import type { Uploads } from '../../uploads/context.ts'
import { listFiles } from '../../uploads/listing/list-files.ts'
import {
  makeLink,
  openLink,
  openLinks,
  revokeLink,
  type Shared,
  sharedFile,
} from '../../uploads/sharing/links.ts'
import type { UploadsOf } from '../client-uploads.ts'
import { parsed } from '../parse-fields.ts'
import { serveFile } from '../serve-file.ts'
import { archiveOf } from './link-archive.ts'
import { gonePage, linkPage, pagePolicy } from './link-page.ts'
import { linkText } from './link-text.ts'

const dayMs = 24 * 60 * 60 * 1000
const mostDays = 3_650
const filesPerPage = 200

export const linkRequestSchema = z.object({
  path: z.string().min(1).max(maxPathBytes),
  /** How long it works; 30 when left out. */
  days: z.number().positive().max(mostDays).default(30),
})

interface LinkOptions {
  /** How long a client may send or read nothing, ms. */
  readonly idleMs: number
  /** Path that a reverse proxy serves this server below; empty for none. */
  readonly pathPrefix: string
}

/** @param whole uploads of the whole library: a visitor has no token */
export function linkRoutes(router: Router, whole: Uploads, uploadsOf: UploadsOf, options: LinkOptions): void {
  const { idleMs } = options
  router.get('/api/links', async (ctx) => {
    const uploads = uploadsOf(ctx)
    ctx.body = { links: (await openLinks(uploads)).map((link) => answerOf(uploads, link)) }
  })
  router.post('/api/links', async (ctx) => {
    const uploads = uploadsOf(ctx)
    const { path, days } = await readJson(ctx, linkRequestSchema, { idleMs })
    const { link, secret } = await makeLink(uploads, path, uploads.now() + days * dayMs)
    ctx.status = 201
    ctx.body = { ...answerOf(uploads, link), url: `/s/${secret}/` }
  })
  router.delete('/api/links/:linkId', async (ctx) => {
    await revokeLink(uploadsOf(ctx), ctx.params.linkId ?? '')
    ctx.status = 204
  })
  visitorRoutes(router, whole, options)
}

function answerOf(
  { library }: Uploads,
  { linkId, path, isFolder, madeAtMs, expiresAtMs }: LinkRow,
): SharedLink {
  return {
    linkId,
    path: library.toClientPath(path),
    isFolder,
    madeAt: new Date(madeAtMs).toISOString(),
    expiresAt: new Date(expiresAtMs).toISOString(),
  }
}

function visitorRoutes(router: Router, whole: Uploads, { idleMs, pathPrefix }: LinkOptions): void {
  /** Answers what the link opens, or the page that says that it opens nothing. */
  const visit =
    (answer: (ctx: Context, shared: Shared, root: string) => Promise<void>) => async (ctx: Context) => {
      // The address is the key: it must not reach other servers, caches or search engines.
      ctx.set({
        'Referrer-Policy': 'no-referrer',
        'Cache-Control': 'private, no-store',
        'X-Robots-Tag': 'noindex',
      })
      const { secret = '' } = ctx.params as Record<string, string>
      const shared = await openLink(whole, secret)
      if (shared === undefined) return html(ctx, 404, gonePage(linkText(ctx.get('Accept-Language'))))
      noteTokenShown(ctx.req.socket)
      await answer(ctx, shared, `${pathPrefix}/s/${secret}/`)
    }
  router.get(
    '/s/:secret/all.zip',
    visit(async (ctx, shared) => sendArchive(ctx, shared, idleMs)),
  )
  router.get(
    '/s/:secret/f/*path',
    visit(async (ctx, shared) => {
      const [, path = ''] = /^\/s\/[^/]+\/f\/(.*)$/.exec(ctx.path) ?? []
      await serveFile(ctx, shared.uploads, await sharedFile(shared, decoded(path)), idleMs)
    }),
  )
  router.get(
    '/s/:secret',
    visit(async (ctx, shared, root) => showPage(ctx, shared, root)),
  )
}

/** @throws UploadError `not-found` */
function decoded(path: string): string {
  try {
    return safePath(decodeURIComponent(path)).join('/')
  } catch {
    throw new UploadError('not-found', 'No file is stored at this path.')
  }
}

const pageQuerySchema = z.object({
  folder: z.string().max(maxPathBytes).default(''),
  after: z.string().max(maxPathBytes).optional(),
})

async function showPage(ctx: Context, shared: Shared, root: string): Promise<void> {
  const { link, uploads, name } = shared
  const { library } = uploads
  const { folder, after } = parsed(pageQuerySchema, link.isFolder ? ctx.query : {})
  const only = link.isFolder ? undefined : await sharedFile(shared, name)
  const entries = only === undefined ? [] : [{ file: only }]
  const listed = link.isFolder
    ? await listFiles(uploads, { folder, after, limit: filesPerPage, isDeep: false })
    : { entries, next: null }
  const view = {
    ...{ name, root, folder, next: listed.next, expiresAtMs: link.expiresAtMs },
    folders: listed.entries.flatMap((entry) => ('folder' in entry ? entry.folder : [])),
    files: listed.entries.flatMap((entry) =>
      'file' in entry && entry.file.damagedAtMs === null
        ? { path: library.toClientPath(entry.file.storedPath), file: entry.file }
        : [],
    ),
  }
  html(ctx, 200, linkPage(linkText(ctx.get('Accept-Language')), view))
}

function html(ctx: Context, status: number, body: string): void {
  ctx.status = status
  ctx.type = 'text/html; charset=utf-8'
  ctx.set('Content-Security-Policy', pagePolicy)
  ctx.body = body
}

/** @param idleMs a client that reads nothing for so long is cut off, ms */
function sendArchive(ctx: Context, shared: Shared, idleMs: number): void {
  const name = `${shared.link.isFolder ? shared.name : shared.name.replace(/\.[^.]*$/, '')}.zip`
  attachAs(ctx, name)
  ctx.type = 'application/zip'
  ctx.status = 200
  if (ctx.method === 'HEAD') return
  const archive = archiveOf(shared, (reason) => {
    shared.uploads.log.error({ link: shared.link.linkId, reason: reason.message }, 'an archive was cut off')
    ctx.res.destroy()
  })
  ctx.res.setTimeout(idleMs, () => ctx.req.socket.destroy())
  sendFile(ctx, archive)
}
