/** Lets in who shows the token, or a link to one file that was signed with it. Reads headers only, never a body. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { Context, Middleware } from 'koa'
import { UploadError } from '../../src/shared/errors.ts'
import { fileSignatureMessage, routes } from '../../src/shared/wire.ts'
import { storedPathOf } from '../storage/stored-path.ts'

/** @param tokens any of them opens the server; null lets everybody in */
export function requireToken(tokens: readonly string[] | null, now: () => number): Middleware {
  return (ctx, next) => {
    if (tokens === null || ctx.path === routes.health) return next()
    if (hasToken(ctx, tokens) || isSigned(ctx, tokens, now())) return next()
    throw new UploadError(
      'unauthorized',
      'The token is missing or wrong. Give the one that the server printed.',
    )
  }
}

function hasToken(ctx: Context, tokens: readonly string[]): boolean {
  const given = /^Bearer +(\S+) *$/i.exec(ctx.get('Authorization'))?.[1]
  return given !== undefined && tokens.map((token) => isEqual(given, token)).includes(true)
}

function isSigned(ctx: Context, tokens: readonly string[], nowMs: number): boolean {
  if (ctx.method !== 'GET' && ctx.method !== 'HEAD') return false
  const { expires, signature } = ctx.query
  const storedPath = storedPathOf(ctx.path)
  if (storedPath === undefined || typeof signature !== 'string' || typeof expires !== 'string') return false
  if (!/^\d{1,16}$/.test(expires) || Number(expires) < nowMs) return false
  const message = fileSignatureMessage(routes.file(storedPath), Number(expires))
  const expected = tokens.map((token) => createHmac('sha256', token).update(message).digest('hex'))
  return expected.map((own) => isEqual(signature, own)).includes(true)
}

/** Takes the same time wherever the two differ, and however long they are. */
function isEqual(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(expected))
}
