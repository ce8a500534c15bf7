/** Lets in who shows a token, or a link to one file that was signed with it. Reads headers only, never a body. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Context, Middleware } from 'koa'
import { UploadError } from '../../src/shared/protocol/errors.ts'
import { fileSignatureMessage, routes } from '../../src/shared/protocol/wire.ts'
import { anybody, type Key } from '../config/tokens.ts'
import { storedPathOf } from '../http/download-path.ts'

/** A key without its secret: who was let in. */
export type Client = Omit<Key, 'token'>

const clients = new WeakMap<IncomingMessage, Client>()

/** Who sends this request. @throws Error for a request that was not let in, health aside */
export function clientOf({ req }: Pick<Context, 'req'>): Client {
  const client = clients.get(req)
  if (client === undefined) throw new Error('a route was reached by a request that nobody let in')
  return client
}

/** The name of who sends this request, for the log; undefined before anybody was let in. */
export function clientNameOf({ req }: Pick<Context, 'req'>): string | undefined {
  return clients.get(req)?.name
}

/** The folder of who sends this request; undefined before anybody was let in. */
export function libraryOf({ req }: Pick<Context, 'req'>): string | undefined {
  return clients.get(req)?.folder
}

/** @param keys any of them opens the server, and each its own part of the library; null lets everybody in */
export function requireToken(keys: readonly Key[] | null, now: () => number): Middleware {
  return (ctx, next) => {
    if (ctx.path === routes.health) return next()
    const client = keys === null ? anybody : (keyShown(ctx, keys) ?? keyOfSignature(ctx, keys, now()))
    if (client === undefined) {
      throw new UploadError(
        'unauthorized',
        'The token is missing or wrong. Give the one that the server printed.',
      )
    }
    clients.set(ctx.req, { name: client.name, folder: client.folder })
    return next()
  }
}

function keyShown(ctx: Context, keys: readonly Key[]): Key | undefined {
  const given = /^Bearer +(\S+) *$/i.exec(ctx.get('Authorization'))?.[1]
  return given === undefined ? undefined : theOne(keys, (key) => isEqual(given, key.token))
}

function keyOfSignature(ctx: Context, keys: readonly Key[], nowMs: number): Key | undefined {
  if (ctx.method !== 'GET' && ctx.method !== 'HEAD') return undefined
  const { expires, signature } = ctx.query
  const storedPath = storedPathOf(ctx.path)
  if (storedPath === undefined || typeof signature !== 'string' || typeof expires !== 'string')
    return undefined
  if (!/^\d{1,16}$/.test(expires) || Number(expires) < nowMs) return undefined
  const message = fileSignatureMessage(routes.file(storedPath), Number(expires))
  const expected = (key: Key) => createHmac('sha256', key.token).update(message).digest('hex')
  return theOne(keys, (key) => isEqual(signature, expected(key)))
}

/** Looks at all of them, whichever fits, so that the time taken tells nothing. */
function theOne(keys: readonly Key[], fits: (key: Key) => boolean): Key | undefined {
  return keys.filter(fits)[0]
}

/** Takes the same time wherever the two differ, and however long they are. */
function isEqual(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(expected))
}
