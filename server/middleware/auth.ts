/** Lets a request in when it carries a token, or a signed link to one file. Reads headers only, never a body. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Context, Middleware } from 'koa'
import { UploadError } from '../../src/shared/protocol/errors.ts'
import { fileSignatureMessage, routes } from '../../src/shared/protocol/wire.ts'
import { type AccessToken, anybody } from '../config/tokens.ts'
import { isDrivePath, storedPathOf } from '../http/download-path.ts'
import { noteTokenShown } from '../http/shown-tokens.ts'

/** Who sent a request: a token's name and folder, without its secret. */
type Client = Pick<AccessToken, 'name' | 'folder'>

const clients = new WeakMap<IncomingMessage, Client>()

/** Who sent this request; undefined before it was let in. */
export function clientIfKnown({ req }: Pick<Context, 'req'>): Client | undefined {
  return clients.get(req)
}

/** Who sent this request. @throws Error when it was not let in; health is the only such route */
export function clientOf(ctx: Pick<Context, 'req'>): Client {
  const client = clientIfKnown(ctx)
  if (client === undefined) throw new Error('a request reached a route without being let in')
  return client
}

/** @param what the route covers, as one sentence for a person @throws UploadError `forbidden` for a token that has only a folder */
export function requireWholeLibrary(ctx: Pick<Context, 'req'>, what: string): void {
  if (clientOf(ctx).folder === '') return
  throw new UploadError('forbidden', `${what} Use a token for the whole library.`)
}

/**
 * @param currentTokens each opens its own part of the library; null lets everybody in
 * @param now ms since 1970
 */
export function requireToken(
  currentTokens: (() => readonly AccessToken[]) | null,
  now: () => number,
): Middleware {
  return (ctx, next) => {
    if (ctx.path === routes.health || isVisit(ctx) || isDiscovery(ctx)) return next()
    const tokens = currentTokens?.() ?? null
    const client =
      tokens === null ? anybody : (tokenInHeader(ctx, tokens) ?? tokenOfSignature(ctx, tokens, now()))
    if (client === undefined) {
      throw new UploadError('unauthorized', "Wrong or missing token. Enter the server's access token.")
    }
    clients.set(ctx.req, { name: client.name, folder: client.folder })
    noteTokenShown(ctx.req.socket)
    return next()
  }
}

/** Who opens a link has no token: the route itself looks at the link. */
function isVisit({ method, path }: Context): boolean {
  return (method === 'GET' || method === 'HEAD') && /^\/s\/[^/]+(\/|$)/.test(path)
}

/** What a server supports is no secret, and some clients ask before they know a token. */
function isDiscovery({ method, path }: Context): boolean {
  return method === 'OPTIONS' && /^\/(tus|resumable)(\/|$)/.test(path)
}

function tokenInHeader(ctx: Context, tokens: readonly AccessToken[]): AccessToken | undefined {
  const given = givenToken(ctx)
  return given === undefined ? undefined : findWithoutLeak(tokens, ({ token }) => isEqual(given, token))
}

/** Drives of an operating system know only names and passwords: there the password is the token, whatever the name. */
function givenToken(ctx: Context): string | undefined {
  const [, scheme = '', value = ''] = /^(Bearer|Basic) +(\S+) *$/i.exec(ctx.get('Authorization')) ?? []
  if (scheme.toLowerCase() === 'bearer') return value
  if (scheme === '' || !isDrivePath(ctx.path)) return undefined
  const pair = Buffer.from(value, 'base64').toString()
  return pair.slice(pair.indexOf(':') + 1)
}

function tokenOfSignature(
  ctx: Context,
  tokens: readonly AccessToken[],
  nowMs: number,
): AccessToken | undefined {
  if (ctx.method !== 'GET' && ctx.method !== 'HEAD') return undefined
  const { expires, signature } = ctx.query
  const storedPath = storedPathOf(ctx.path)
  if (storedPath === undefined || typeof signature !== 'string' || typeof expires !== 'string')
    return undefined
  if (!/^\d{1,16}$/.test(expires) || Number(expires) < nowMs) return undefined
  const message = fileSignatureMessage(routes.file(storedPath), Number(expires))
  const expected = (token: string) => createHmac('sha256', token).update(message).digest('hex')
  return findWithoutLeak(tokens, ({ token }) => isEqual(signature, expected(token)))
}

/** The first match. Compares with all of them, so that the time taken reveals nothing. */
function findWithoutLeak(
  tokens: readonly AccessToken[],
  matches: (token: AccessToken) => boolean,
): AccessToken | undefined {
  return tokens.filter(matches)[0]
}

/** Takes the same time wherever the two differ, and whatever their lengths. */
function isEqual(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(expected))
}
