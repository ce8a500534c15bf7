/** Requests of browser mode's page as an honest one sends them. */
import { type Request, request } from './request.ts'

/** What the page knows at that moment. */
export interface PageKnown {
  readonly dropId: string
  readonly batchId: string
  readonly itemId: string
}

let made = 0

export const pageKinds = {
  page: () => request('GET', ''),
  asset: () => request('GET', 'assets/index.js'),
  head: () => request('HEAD', 'index.html'),
  file: ({ dropId }) => ({
    ...request('PUT', `staging/${dropId}`, { kind: 'bytes', bytes: Buffer.alloc(500, made) }),
    query: `path=photos%2F${made++}.jpg&lastModified=1600000000000&index=${made}`,
  }),
  receipt: ({ batchId }) => ({ ...request('GET', `receipt/${batchId}`), query: 'format=csv' }),
  thumbnail: ({ itemId }) => ({ ...request('GET', `thumbnail/${itemId}`), query: 'size=256' }),
  session: () => request('POST', 'session'),
  proof: () => ({ ...request('GET', 'session'), query: 'nonce=dGhlIHNhbXBsZSBub25jZQ' }),
  bridge: () => ({
    ...request('GET', 'bridge'),
    headers: [
      ['Upgrade', 'websocket'],
      ['Sec-WebSocket-Version', '13'],
      ['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ=='],
      ['Sec-WebSocket-Protocol', 'photoferry.v1'],
    ],
  }),
} as const satisfies Record<string, (known: PageKnown) => Request>
