/** Reads the built window's files, with their headers, for browser mode and for app:// on the desktop. */
import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { contentType } from 'mime-types'

/** Security headers of every answer. Inline styles are allowed because Mantine writes its variables into the page. */
export const pageHeaders = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
} as const

/** One file of the page, ready to be sent. */
export interface PageFile {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly headers: Readonly<Record<string, string>>
}

/** Names as the build makes them: no leading dot, nothing to decode, no way out of the folder. */
const buildPath = /^(?:\/[\w-][\w.-]*)+$/

/**
 * Reads one file of the page.
 * @param rendererDir absolute path of the build, which may lie inside an asar archive
 * @param pathname of the URL, percent-encoded; `/` is the page itself
 * @returns null when the build has no such file
 */
export async function readPageFile(rendererDir: string, pathname: string): Promise<PageFile | null> {
  const path = pathname === '/' ? '/index.html' : pathname
  if (!buildPath.test(path)) return null
  try {
    return {
      bytes: new Uint8Array(await readFile(join(rendererDir, path))),
      headers: {
        ...pageHeaders,
        'content-type': contentType(extname(path)) || 'application/octet-stream',
        // The build puts a digest into every name below assets/. Anything else may change under the same name.
        'cache-control': path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
      },
    }
  } catch (thrown) {
    if (isMissing(thrown)) return null
    throw thrown
  }
}

function isMissing(thrown: unknown): boolean {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''
  // No build has a name that a file system can't hold.
  return ['ENOENT', 'EISDIR', 'ENOTDIR', 'ENAMETOOLONG'].includes(code)
}
