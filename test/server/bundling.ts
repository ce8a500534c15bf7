/** Bundles as a client makes them, without the app's own. */
import { bundleType, frameHead } from '../../src/shared/protocol/bundle-frames.ts'
import type { BundleAnswer, OfferedFile, OffersAnswer } from '../../src/shared/protocol/bundles.ts'
import { routes } from '../../src/shared/protocol/wire.ts'
import { type Answer, type Client, md5, sha256 } from './harness.ts'

export interface Bundled {
  readonly file: OfferedFile
  readonly bytes: Uint8Array
}

/** @param more replaces facts of the head */
export function bundled(relativePath: string, bytes: Uint8Array, more: Partial<OfferedFile> = {}): Bundled {
  const fileName = relativePath.slice(relativePath.lastIndexOf('/') + 1)
  const digests = { hash: md5(bytes), sha256: sha256(bytes) }
  const facts = { fileSize: bytes.length, lastModified: 1_600_000_000_000 }
  return { file: { fileName, relativePath, ...facts, ...digests, ...more }, bytes }
}

export function bodyOf(files: readonly Bundled[]): Buffer {
  return Buffer.concat(files.flatMap(({ file, bytes }) => [frameHead(file), bytes]))
}

export function postBundle(client: Client, body: Uint8Array): Promise<Answer> {
  return client.request('POST', routes.bundle, {
    body: body as Uint8Array<ArrayBuffer>,
    headers: { 'Content-Type': bundleType },
  })
}

/** What became of each file; fails on anything but 200. */
export async function sendBundle(client: Client, files: readonly Bundled[]): Promise<BundleAnswer['files']> {
  const { status, body } = await postBundle(client, bodyOf(files))
  if (status !== 200) throw new Error(`bundle: ${status} ${JSON.stringify(body)}`)
  return (body as unknown as BundleAnswer).files
}

/** What the server says of each offer; fails on anything but 200. */
export async function askFor(client: Client, files: readonly Bundled[]): Promise<OffersAnswer['files']> {
  const { status, body } = await client.post(routes.offers, { files: files.map(({ file }) => file) })
  if (status !== 200) throw new Error(`offers: ${status} ${JSON.stringify(body)}`)
  return (body as unknown as OffersAnswer).files
}
