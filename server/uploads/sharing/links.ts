/**
 * The use case of sharing: a link opens one file or folder to whoever has its address, until it expires or is revoked. Its
 * secret is nowhere but in the address; the ledger has a digest of it.
 */
import { createHash, randomBytes } from 'node:crypto'
import { UploadError } from '../../../src/shared/protocol/errors.ts'
import { mostLinks } from '../../../src/shared/protocol/wire.ts'
import type { FileRow, LinkRow } from '../../ledger/ledger.ts'
import { safePath } from '../../storage/safe-path.ts'
import { type Uploads, uploadsWithin } from '../context.ts'
import { listFiles, pagesOf } from '../listing/list-files.ts'

const secretBytes = 32
/** base64url. */
const secretPattern = /^[A-Za-z0-9_-]{43}$/

export interface MadeLink {
  readonly link: LinkRow
  /** Opens it; whoever has lost it makes another link. */
  readonly secret: string
}

/**
 * @param path of the client: a stored file, or a folder with stored files in it
 * @param expiresAtMs ms since 1970
 * @throws UploadError `not-found`, `name-invalid`, `too-many-requests`
 */
export async function makeLink(uploads: Uploads, path: string, expiresAtMs: number): Promise<MadeLink> {
  const { ledger, library, now } = uploads
  const clientPath = safePath(path.replace(/\/$/, '')).join('/')
  const stored = library.toServerPath(clientPath)
  const isFile = (await ledger.fileAt(stored)) !== undefined
  if (!isFile && !(await hasFiles(uploads, clientPath))) {
    throw new UploadError('not-found', 'Nothing is stored at this path.')
  }
  if ((await ledger.links()).length >= mostLinks) {
    throw new UploadError('too-many-requests', `There are ${mostLinks} links already. Revoke some first.`)
  }
  const secret = randomBytes(secretBytes).toString('base64url')
  const link = { linkId: idOf(secret), path: stored, isFolder: !isFile, madeAtMs: now(), expiresAtMs }
  await ledger.addLink(link)
  return { link, secret }
}

async function hasFiles(uploads: Uploads, folder: string): Promise<boolean> {
  const { entries } = await listFiles(uploads, { folder, after: undefined, limit: 1, isDeep: true })
  return entries.length > 0
}

/** The links of the client's library that still open something, the latest first. */
export async function openLinks({ ledger, now }: Uploads): Promise<readonly LinkRow[]> {
  return (await ledger.links()).filter(({ expiresAtMs }) => expiresAtMs > now())
}

/** Ends a link at once; does nothing when it is gone. @throws UploadError `not-found` for one of somebody else */
export async function revokeLink({ ledger }: Uploads, linkId: string): Promise<void> {
  if ((await ledger.link(linkId)) === undefined) {
    throw new UploadError('not-found', 'There is no such link; it may have expired.')
  }
  await ledger.removeLink(linkId)
}

/** What a visitor may see. */
export interface Shared {
  readonly link: LinkRow
  /** Limited to what the link opens: of a file, to the folder that it is in. */
  readonly uploads: Uploads
  /** Called what: the last part of its path. */
  readonly name: string
}

/** @param uploads those of the whole library @returns undefined for a link that never was, has expired or was revoked */
export async function openLink(uploads: Uploads, secret: string): Promise<Shared | undefined> {
  if (!secretPattern.test(secret)) return undefined
  const link = await uploads.ledger.link(idOf(secret))
  if (link === undefined || link.expiresAtMs <= uploads.now()) return undefined
  const slash = link.path.lastIndexOf('/')
  const within = link.isFolder ? link.path : link.path.slice(0, Math.max(0, slash))
  return { link, uploads: uploadsWithin(uploads, within), name: link.path.slice(slash + 1) }
}

/**
 * @param path below the folder that the link opens; of a file, its name
 * @returns undefined for anything else than a file that the link opens
 */
export async function sharedFile({ link, uploads }: Shared, path: string): Promise<FileRow | undefined> {
  const stored = uploads.library.toServerPath(path)
  if (!link.isFolder && stored !== link.path) return undefined
  return uploads.ledger.fileAt(stored)
}

/** All files that the link opens, but for those that are known to be damaged. */
export async function* sharedFiles({ link, uploads }: Shared): AsyncGenerator<FileRow> {
  if (!link.isFolder) {
    const file = await uploads.ledger.fileAt(link.path)
    if (file !== undefined && file.damagedAtMs === null) yield file
    return
  }
  for await (const entries of pagesOf(uploads, '', true))
    for (const entry of entries) if ('file' in entry && entry.file.damagedAtMs === null) yield entry.file
}

function idOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}
