/** A tus client that keeps its upload's path and goes on from the offset that the server states, until that is the end. */
import { type Client, sha256 } from './harness.ts'

/** The paths of uploads that are not over, by name and digest. */
const kept = new Map<string, string>()

/** @param patchBytes sent at most in one request */
export async function bringByTusToTheEnd(
  client: Client,
  name: string,
  bytes: Buffer,
  patchBytes: number,
): Promise<void> {
  const tus = async (method: string, path: string, headers: Record<string, string>, body?: Uint8Array) => {
    const all = { Authorization: `Bearer ${client.token}`, 'Tus-Resumable': '1.0.0', ...headers }
    const sent = body && { body: new Uint8Array(body) }
    const answer = await fetch(client.url + path, { method, headers: all, ...sent })
    // The upload is gone: the next try begins a new one.
    if (answer.status === 404 || answer.status === 410) kept.delete(key)
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return answer.headers
  }
  const key = `${client.url} ${name} ${sha256(bytes)}`
  const creation = {
    'Upload-Length': String(bytes.length),
    'Upload-Metadata': `filename ${Buffer.from(name).toString('base64')}`,
  }
  const path = kept.get(key) ?? String((await tus('POST', '/tus', creation)).get('Location'))
  kept.set(key, path)
  let offset = Number((await tus('HEAD', path, {})).get('Upload-Offset'))
  while (offset < bytes.length) {
    const headers = { 'Upload-Offset': String(offset), 'Content-Type': 'application/offset+octet-stream' }
    const piece = bytes.subarray(offset, offset + patchBytes)
    offset = Number((await tus('PATCH', path, headers, piece)).get('Upload-Offset'))
  }
  kept.delete(key)
}
