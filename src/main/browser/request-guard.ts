/**
 * Who may talk to browser mode's host: this machine's own page and nobody else (promise S2).
 * Looks at headers only, so that a stranger is turned away before one byte of a body is read.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { browserBridge } from '../../shared/browser-bridge.ts'
import { UploadError } from '../../shared/protocol/errors.ts'

/**
 * The origin that a page of this host has, as its Host header names it.
 * A page of another site that made its name point here (DNS rebinding) still sends that name, and gets null.
 * @param port the port that the host listens on
 * @returns null unless exactly one Host header names a loopback address or `localhost` with that port
 */
export function ownOrigin(request: IncomingMessage, port: number): string | null {
  const [host, ...others] = request.headersDistinct.host ?? []
  if (host === undefined || others.length > 0) return null
  const named = /^(?:localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])(?::(\d{1,5}))?$/i.exec(host)
  if (named === null || Number(named[1] ?? 80) !== port) return null
  return `http://${host.toLowerCase()}`
}

/** Whether the request comes from a page of `origin`, or (where `absent` allows it) from no page at all. */
export function comesFrom(request: IncomingMessage, origin: string, absent: 'allowed' | 'refused'): boolean {
  const [named, ...others] = request.headersDistinct.origin ?? []
  if (named === undefined) return absent === 'allowed'
  return others.length === 0 && named === origin
}

/** Answers a request of a page that must hold the token; the caller has looked at Host and Origin. */
export type GuardedRoute = (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void>

/** A check of a token against the host's own, taking the same time wherever the two differ. */
export type TokenCheck = (offered: string | undefined) => boolean

/** @param token the host's own */
export function createTokenCheck(token: string): TokenCheck {
  const digestOf = (text: string) => createHash('sha256').update(text).digest()
  const expected = digestOf(token)
  return (offered) => offered !== undefined && timingSafeEqual(digestOf(offered), expected)
}

/** The token in `Authorization: Bearer …`. */
function bearerToken(request: IncomingMessage): string | undefined {
  return /^Bearer ([\w-]+)$/i.exec(request.headers.authorization ?? '')?.[1]
}

/** @throws UploadError `unauthorized` where a request names no valid token */
export function requireToken(request: IncomingMessage, isToken: TokenCheck): void {
  if (isToken(bearerToken(request))) return
  throw new UploadError(
    'unauthorized',
    'This page has no valid token: open the address that PhotoFerry printed.',
  )
}

/** The token among a WebSocket's subprotocols; undefined too when PhotoFerry's own protocol is not offered. */
export function socketToken(request: IncomingMessage): string | undefined {
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim())
  if (!offered.includes(browserBridge.protocol)) return undefined
  const prefix = browserBridge.tokenProtocolPrefix
  return offered.find((name) => name.startsWith(prefix))?.slice(prefix.length)
}
