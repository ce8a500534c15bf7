/** The script of a web page of some studio: Uppy as anybody uses it, steered by the test through `window.studio`. */
import Uppy from '@uppy/core'
import Tus from '@uppy/tus'

export interface Studio {
  /** Uploads and answers when so many bytes have come, having paused, or when it is done. */
  upload(options: StudioUpload): Promise<'paused' | 'done'>
}

export interface StudioUpload {
  readonly endpoint: string
  readonly token: string
  readonly name: string
  readonly seed: number
  readonly size: number
  readonly pauseAt?: number
}

/** Bytes that are the same for the same seed, here and in the test. */
export function seededBytes(seed: number, size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size)
  let state = seed
  for (let index = 0; index < size; index += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    bytes[index] = state >>> 24
  }
  return bytes
}

async function upload(options: StudioUpload): Promise<'paused' | 'done'> {
  const uppy = new Uppy().use(Tus, {
    endpoint: options.endpoint,
    headers: { Authorization: `Bearer ${options.token}` },
    chunkSize: 64 * 1024,
    retryDelays: [],
  })
  const { promise: paused, resolve } = Promise.withResolvers<'paused'>()
  uppy.on('upload-progress', (_file, { bytesUploaded }) => {
    if (options.pauseAt === undefined || Number(bytesUploaded) < options.pauseAt) return
    uppy.pauseAll()
    resolve('paused')
  })
  const content = seededBytes(options.seed, options.size)
  const data = new File([content], options.name, { type: 'image/jpeg', lastModified: 1_700_000_000_000 })
  uppy.addFile({ name: options.name, type: 'image/jpeg', data })
  const done = uppy.upload().then((result) => {
    const failed = result?.failed ?? []
    if (failed.length > 0) throw new Error(String(failed[0]?.error))
    return 'done' as const
  })
  return Promise.race([paused, done])
}

if (typeof window !== 'undefined') Object.assign(window, { studio: { upload } satisfies Studio })
