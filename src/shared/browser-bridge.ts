/**
 * How browser mode carries the contract of ipc.ts: a WebSocket for commands and the feed, HTTP for what is large.
 * The URL that PhotoFerry prints holds a key in its fragment (`/#token=…`), which browsers never send to a server. The page
 * exchanges it at once for a session, removes it from the address, and keeps the session in sessionStorage: it outlives a
 * reload, but belongs to this tab and origin. Not a cookie, which browsers send to every port of a host; not localStorage,
 * which a page that another program left open under this address could read. Key and session end with the process, so what
 * a program that has the port later finds or is sent opens nothing. Before a page connects, it has the host prove that it
 * is the process that gave the session; another one is sent neither the session nor a file.
 */
import { z } from 'zod'
import type { FeedEvent } from './feed.ts'
import { type ReceiptFormat, receiptFormats } from './history.ts'
import type { CommandReply } from './ipc.ts'

export const browserBridge = {
  /**
   * `POST` with `Authorization: Bearer <key>` answers 200 with a `PageSession`, or 401. `GET` with `?nonce=` needs no
   * authorization and answers `{ proof }`: HMAC-SHA-256 of the nonce by the session's `proofKey`, base64url.
   */
  sessionPath: '/session',
  proofUrl: (nonce: string) => `/session?nonce=${encodeURIComponent(nonce)}`,
  /** WebSocket endpoint. */
  socketPath: '/bridge',
  /** First of the two subprotocols the page offers; the host selects it. */
  protocol: 'photoferry.v1',
  /** Second subprotocol: this prefix and the session's token. Browsers let a page set no other header on a WebSocket. */
  tokenProtocolPrefix: 'token.',
  /**
   * `PUT` with `Authorization: Bearer <token>`, the file's raw bytes as body; answers 201 `{}` once the file is in
   * the staging folder, or an error body as in wire.ts.
   * @param relativePath path inside the drop, parts joined by `/`
   * @param lastModifiedMs the file's modification time, ms since 1970
   * @param index position among the drop's files, from 0: files that are sent at once are queued in this order
   */
  stagingUrl: (dropId: string, relativePath: string, lastModifiedMs: number, index?: number) => {
    const query = `path=${encodeURIComponent(relativePath)}&lastModified=${lastModifiedMs}`
    const place = index === undefined ? '' : `&index=${index}`
    return `/staging/${encodeURIComponent(dropId)}?${query}${place}`
  },
  /**
   * `GET` with `Authorization: Bearer <token>`: a batch's receipt, streamed, with the name to save it under in its
   * Content-Disposition; 404 for an unknown batch.
   */
  receiptUrl: (batchId: string, format: ReceiptFormat) =>
    `/receipt/${encodeURIComponent(batchId)}?format=${format}`,
} as const

/** 16 to 64 bytes in base64url. */
export const noncePattern = /^[\w-]{22,86}$/

/** What a key is exchanged for. Works until the process that gave it ends. */
export const pageSessionSchema = z.object({
  /** The token of everything below. */
  token: z.string().regex(/^[\w-]{43}$/),
  /** By which the page knows the process again; never sent. */
  proofKey: z.string().regex(/^[\w-]{43}$/),
})
export type PageSession = z.infer<typeof pageSessionSchema>

export const proofSchema = z.object({ proof: z.string() })

/** @returns null for any other address */
export function parseReceiptUrl(url: URL): { batchId: string; format: ReceiptFormat } | null {
  const batchId = /^\/receipt\/([\w-]+)$/.exec(url.pathname)?.[1]
  const format = receiptFormats.find((known) => known === url.searchParams.get('format'))
  return batchId === undefined || format === undefined ? null : { batchId, format }
}

/** Page -> host. */
export const pageMessageSchema = z.union([
  z.object({ id: z.int().nonnegative(), name: z.string(), input: z.unknown() }),
  z.object({ subscribe: z.boolean() }),
])
export type PageMessage = z.infer<typeof pageMessageSchema>

/** Host -> page. */
export type HostMessage = { readonly id: number; readonly reply: CommandReply } | { readonly feed: FeedEvent }
