/** Serves the built window at app://photoferry/, a secure origin, so that the window never needs file://. */
import { protocol } from 'electron'
import { toUploadError } from '../../shared/protocol/errors.ts'
import { parseThumbnailUrl } from '../../shared/thumbnails.ts'
import type { Client } from '../client/client.ts'

const scheme = 'app'
const host = 'photoferry'
/** The address of the window's page. */
export const appPageUrl = `${scheme}://${host}/index.html`

/** Makes the scheme an origin that may run modules and fetch its own files. To be called before `ready`. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ])
}

/** Reads a file of the page by the path of its URL, percent-encoded; null when the page has no such file. */
export type ReadPage = (pathname: string) => Promise<{
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly headers: Readonly<Record<string, string>>
} | null>

/** See `Files.thumbnail`. */
export type FindThumbnail = Client['files']['thumbnail']

/** Answers the scheme's requests with the page's files and with thumbnails of files in the list, and nothing else. */
export function serveAppScheme(readPage: ReadPage, findThumbnail: FindThumbnail): void {
  protocol.handle(scheme, async (request) => {
    const url = new URL(request.url)
    if (request.method !== 'GET') return refuse(405, 'Only GET is allowed here.')
    const wanted = url.host === host ? parseThumbnailUrl(url) : null
    if (wanted !== null) return answerThumbnail(() => findThumbnail(wanted.itemId, wanted.size, neverAborted))
    const file = url.host === host ? await readPage(url.pathname) : null
    if (file !== null) return new Response(file.bytes, { headers: file.headers })
    const isUnbuilt = url.href === appPageUrl
    return refuse(
      404,
      isUnbuilt ? 'The window has not been built. Run `npm run build`, then start again.' : 'No such file.',
    )
  })
}

/** Electron does not tell a handler that its request was aborted. The page asks for a few at a time, so little is wasted. */
const neverAborted = new AbortController().signal

async function answerThumbnail(find: () => ReturnType<FindThumbnail>): Promise<Response> {
  try {
    const thumbnail = await find()
    if (thumbnail === null) return new Response(null, { status: 204 })
    return new Response(new Uint8Array(thumbnail.webp), {
      headers: {
        'content-type': 'image/webp',
        'cache-control': 'no-cache',
        'x-content-type-options': 'nosniff',
      },
    })
  } catch (thrown) {
    const { code, message } = toUploadError(thrown)
    return refuse(code === 'too-many-requests' ? 429 : 500, message)
  }
}

function refuse(status: number, reason: string): Response {
  const headers = {
    'content-type': 'text/plain; charset=utf-8',
    'content-security-policy': "default-src 'none'",
  }
  return new Response(reason, { status, headers })
}
