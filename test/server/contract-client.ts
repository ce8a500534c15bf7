/** A client of the published upload contract, written from the contract alone: knows nothing of this server. */
import { createHash } from 'node:crypto'

export interface Reply {
  readonly status: number
  readonly body: Record<string, unknown>
}

export async function call(url: string, method: string, body?: FormData | object): Promise<Reply> {
  const sent = body === undefined || body instanceof FormData ? body : JSON.stringify(body)
  const headers = typeof sent === 'string' ? { 'Content-Type': 'application/json' } : {}
  const response = await fetch(url, { method, headers, ...(sent !== undefined && { body: sent }) })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

/** One file as this client cuts it. @param url of the server @param chunkSize bytes */
export function contractUpload(url: string, fileName: string, bytes: Uint8Array, chunkSize: number) {
  const md5 = createHash('md5').update(bytes).digest('hex')
  const totalChunks = Math.ceil(bytes.length / chunkSize)
  const announcement = { md5, fileName, totalChunks }
  const inPath = `${md5}/${encodeURIComponent(fileName)}`
  const chunk = (index: number) => new Uint8Array(bytes.subarray(index * chunkSize, (index + 1) * chunkSize))
  return {
    ...announcement,
    chunk,
    check: () => call(`${url}/api/check-chunks`, 'POST', announcement),
    complete: () => call(`${url}/api/complete-upload`, 'POST', announcement),
    status: () => call(`${url}/api/upload-status/${inPath}`, 'GET'),
    remove: () => call(`${url}/api/upload/${inPath}`, 'DELETE'),
    send: (index: number, content = chunk(index)) => {
      const form = new FormData()
      for (const [name, value] of Object.entries(announcement)) form.append(name, String(value))
      form.append('chunkIndex', String(index))
      form.append('chunk', new Blob([content]))
      return call(`${url}/api/upload-chunk`, 'POST', form)
    },
  }
}

export type ContractUpload = ReturnType<typeof contractUpload>

/** Sends chunks in the given order, `atOnce` of them at a time; answers the replies in that order. */
export async function sendAll(
  upload: ContractUpload,
  order: readonly number[],
  atOnce: number,
): Promise<Reply[]> {
  const replies: Reply[] = []
  let next = 0
  const lane = async () => {
    for (let turn = next++; turn < order.length; turn = next++) {
      replies[turn] = await upload.send(order[turn] ?? 0)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
  return replies
}

/** The indexes 0 … count - 1 in an order that is the same every time. */
export function shuffled(count: number, seed = 1): number[] {
  const order = Array.from({ length: count }, (_, index) => index)
  let state = seed
  for (let index = count - 1; index > 0; index -= 1) {
    state = (state * 48_271) % 2_147_483_647
    const other = state % (index + 1)
    const swapped = order[index] ?? 0
    order[index] = order[other] ?? 0
    order[other] = swapped
  }
  return order
}
