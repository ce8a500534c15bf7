/**
 * How browser mode carries the contract of ipc.ts: a WebSocket for commands and the feed, HTTP for what is large.
 * The URL that PhotoFerry prints holds the token in its fragment (`/#token=…`), which browsers never send to a server;
 * the page keeps it in localStorage, which belongs to this very port, so that other tabs and a reload need no new URL. Every
 * start of PhotoFerry makes a new one: what a program that has the port later reads there, or hears from an open page, opens
 * nothing.
 */
import { z } from 'zod'
import type { FeedEvent } from './feed.ts'
import { type ReceiptFormat, receiptFormats } from './history.ts'
import type { CommandReply } from './ipc.ts'

export const browserBridge = {
  /** WebSocket endpoint. */
  socketPath: '/bridge',
  /** First of the two subprotocols the page offers; the host selects it. */
  protocol: 'photoferry.v1',
  /** Second subprotocol: this prefix and the token. Browsers let a page set no other header on a WebSocket. */
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
