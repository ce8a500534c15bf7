/** Browser mode's HTTP routes: refuses all but this machine's own page, serves its files, and calls the routes for the rest. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { browserBridge } from '../../shared/browser-bridge.ts'
import { type ErrorCode, toUploadError, UploadError } from '../../shared/protocol/errors.ts'
import type { ErrorBody } from '../../shared/protocol/wire.ts'
import { pageHeaders, readPageFile } from './page-files.ts'
import { isFromOrigin, ownOrigin, type TokenRoute } from './request-guard.ts'

export interface PageRoutesOptions {
  /** Absolute path of the built window. */
  readonly rendererDir: string
  /** The port that the server listens on; 0 before it does. */
  readonly port: () => number
  readonly session: TokenRoute
  readonly inbox: TokenRoute
  readonly thumbnail: TokenRoute
  readonly receipt: TokenRoute
  /** Receives errors that no page can do anything about. */
  readonly report: (error: UploadError) => void
}

/** HTTP statuses of the errors that a page can cause; all others are 500. */
const statuses: Partial<Record<ErrorCode, number>> = {
  'bad-request': 400,
  'name-invalid': 400,
  unauthorized: 401,
  forbidden: 403,
  'not-found': 404,
  'task-busy': 409,
  'length-required': 411,
  'too-many-requests': 429,
  'disk-full': 507,
}

export function createPageRoutes(options: PageRoutesOptions): RequestListener {
  return async (request, response) => {
    try {
      await answer(request, response, options)
    } catch (thrown) {
      const error = toUploadError(thrown)
      if (statuses[error.code] === undefined && !request.socket.destroyed) options.report(error)
      refuse(request, response, error)
    }
  }
}

async function answer(request: IncomingMessage, response: ServerResponse, options: PageRoutesOptions) {
  const origin = ownOrigin(request, options.port())
  if (origin === null || !isFromOrigin(request, origin, 'allowed')) throw foreignRequest()
  const url = parseUrl(request)
  if (url.pathname.startsWith('/staging/')) {
    allow(request, response, 'PUT')
    return options.inbox(request, response, url)
  }
  if (url.pathname === browserBridge.sessionPath) {
    allow(request, response, 'POST', 'GET', 'HEAD')
    return options.session(request, response, url)
  }
  allow(request, response, 'GET', 'HEAD')
  if (url.pathname.startsWith('/thumbnail/')) return options.thumbnail(request, response, url)
  if (url.pathname.startsWith('/receipt/')) return options.receipt(request, response, url)
  if (url.pathname === '/' && origin.startsWith('http://localhost'))
    return sendToAddress(response, options.port())
  await sendPage(request, response, options.rendererDir, url.pathname)
}

function foreignRequest(): UploadError {
  const message = 'PhotoFerry answers only its own page on this machine. Open the address that it printed.'
  return new UploadError('forbidden', message)
}

function parseUrl(request: IncomingMessage): URL {
  try {
    return new URL(request.url ?? '/', 'http://localhost')
  } catch (cause) {
    throw new UploadError('bad-request', 'This address is not valid.', { cause })
  }
}

function allow(request: IncomingMessage, response: ServerResponse, ...methods: readonly string[]): void {
  if (methods.includes(request.method ?? '')) return
  response.statusCode = 405
  response.setHeader('allow', methods.join(', '))
  throw new UploadError('bad-request', `This address allows ${methods.join(' and ')} only.`)
}

/**
 * `localhost` is also `::1`, where another program may listen on the same port and be asked first: the page lives at the
 * one address that only this process answers. Browsers keep the fragment.
 */
function sendToAddress(response: ServerResponse, port: number): void {
  const location = `http://127.0.0.1:${port}/`
  response.writeHead(307, { ...pageHeaders, 'cache-control': 'no-store', location }).end()
}

async function sendPage(request: IncomingMessage, response: ServerResponse, dir: string, pathname: string) {
  const file = await readPageFile(dir, pathname)
  if (file !== null) {
    response.writeHead(200, { ...file.headers, 'content-length': file.bytes.byteLength })
    response.end(request.method === 'HEAD' ? undefined : file.bytes)
    return
  }
  if (pathname !== '/') throw new UploadError('not-found', 'No such file.')
  response.writeHead(503, { ...pageHeaders, 'content-type': 'text/plain; charset=utf-8' })
  response.end('PhotoFerry is running, but its page has not been built. Run `npm run build`, then reload.\n')
}

/** Keeps a status that was set before. The body of our page's request is read to its end: else the page could not read the answer. */
function refuse(request: IncomingMessage, response: ServerResponse, error: UploadError): void {
  if (response.headersSent || request.socket.destroyed) return void response.destroy()
  const isOurPage = error.code !== 'unauthorized' && error.code !== 'forbidden'
  if (response.statusCode === 200) response.statusCode = statuses[error.code] ?? 500
  response.setHeaders(new Headers({ ...pageHeaders, 'content-type': 'application/json' }))
  if (!isOurPage) response.setHeader('connection', 'close')
  const body: ErrorBody = { error: error.info }
  response.end(JSON.stringify(body))
  if (isOurPage) request.resume()
}
