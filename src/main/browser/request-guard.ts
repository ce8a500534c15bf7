/**
 * Decides which requests browser mode answers: those of its own page on this machine only. No other web page can use
 * the server, by a foreign origin, a stolen name or without the token (S2, docs/promises.md). Reads headers only, so
 * that a refusal comes before one byte of a body is read.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { browserBridge } from '../../shared/browser-bridge.ts'
import { UploadError } from '../../shared/protocol/errors.ts'

/**
 * The origin of this server's own pages, as the request's Host header names it. A site that points its name at this
 * machine (DNS rebinding) still sends that name, and gets null.
 * @param port the port that the server listens on
 * @returns null unless exactly one Host header names a loopback address or `localhost` with that port
 */
export function ownOrigin(request: IncomingMessage, port: number): string | null {
  const [host, ...others] = request.headersDistinct.host ?? []
  if (host === undefined || others.length > 0) return null
  const named = /^(?:localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])(?::(\d{1,5}))?$/i.exec(host)
  if (named === null || Number(named[1] ?? 80) !== port) return null
  return `http://${host.toLowerCase()}`
}

/**
 * Whether the request comes from a page of `origin`.
 * @param absent whether to accept a request without an Origin header, such as the page's own GET
 */
export function isFromOrigin(
  request: IncomingMessage,
  origin: string,
  absent: 'allowed' | 'refused',
): boolean {
  const [named, ...others] = request.headersDistinct.origin ?? []
  if (named === undefined) return absent === 'allowed'
  return others.length === 0 && named === origin
}

/** A route that checks the token itself. The caller has checked Host and Origin. */
export type TokenRoute = (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void>

/** Compares a token with the server's own in constant time. */
export type TokenCheck = (offered: string | undefined) => boolean

/** @param token the server's own */
export function createTokenCheck(token: string): TokenCheck {
  const digestOf = (text: string) => createHash('sha256').update(text).digest()
  const expected = digestOf(token)
  return (offered) => offered !== undefined && timingSafeEqual(digestOf(offered), expected)
}

/** The token in `Authorization: Bearer …`. */
export function bearerToken(request: IncomingMessage): string | undefined {
  return /^Bearer ([\w-]+)$/i.exec(request.headers.authorization ?? '')?.[1]
}

/** @throws UploadError `unauthorized` for a request without a valid token */
export function requireToken(request: IncomingMessage, isToken: TokenCheck): void {
  if (isToken(bearerToken(request))) return
  throw new UploadError('unauthorized', 'Wrong or missing token. Open the address that PhotoFerry printed.')
}

/** The token among a WebSocket's subprotocols; undefined also when PhotoFerry's own protocol is not among them. */
export function socketToken(request: IncomingMessage): string | undefined {
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim())
  if (!offered.includes(browserBridge.protocol)) return undefined
  const prefix = browserBridge.tokenProtocolPrefix
  return offered.find((name) => name.startsWith(prefix))?.slice(prefix.length)
}
