/** Clients typed from the documents that this product grew from: none knows anything of this server, or looks at a status. */

/** What a document's client has to say for itself. */
export interface Said {
  readonly status: number
  readonly text: string
  readonly message: string | undefined
  readonly url: string | undefined
}

async function post(url: string, body: FormData | string): Promise<Said> {
  const response = await fetch(url, { method: 'POST', body })
  const text = await response.text()
  const json = text.startsWith('{') ? JSON.parse(text) : {}
  return { status: response.status, text, message: json.message, url: json.url }
}

function pieces(bytes: Uint8Array, chunkSize: number): Uint8Array<ArrayBuffer>[] {
  const count = Math.ceil(bytes.length / chunkSize)
  return Array.from(
    { length: count },
    (_, index) => new Uint8Array(bytes.subarray(index * chunkSize, (index + 1) * chunkSize)),
  )
}

/** Batch image upload, its first two clients: the file alone. */
export function uploadWhole(server: string, name: string, bytes: Uint8Array): Promise<Said> {
  const form = new FormData()
  form.append('file', new File([new Uint8Array(bytes)], name))
  return post(`${server}/upload`, form)
}

interface Chunked {
  /** Bytes. */
  readonly chunkSize: number
  /** Where the client believes to be, in chunks. */
  readonly from?: number
  /** Stops before this chunk, as a page that was closed. */
  readonly to?: number
  /** Whether the file comes before the fields that describe it. */
  readonly fileFirst?: boolean
}

function numbered(
  name: string,
  all: readonly Uint8Array<ArrayBuffer>[],
  index: number,
  fileFirst = true,
): FormData {
  const form = new FormData()
  const file = () => form.append('file', new Blob([all[index] ?? new Uint8Array()]))
  if (fileFirst) file()
  form.append('filename', name)
  form.append('chunkNumber', String(index))
  form.append('totalChunks', String(all.length))
  if (!fileFirst) file()
  return form
}

/** Batch image upload, its third client: one chunk after the other, whatever is answered. */
export async function uploadInOrder(
  server: string,
  name: string,
  bytes: Uint8Array,
  options: Chunked,
): Promise<Said[]> {
  const all = pieces(bytes, options.chunkSize)
  const said: Said[] = []
  for (let index = options.from ?? 0; index < (options.to ?? all.length); index++)
    said.push(await post(`${server}/upload`, numbered(name, all, index, options.fileFirst)))
  return said
}

/** Resumable upload: all chunks at once. */
export function uploadAtOnce(
  server: string,
  name: string,
  bytes: Uint8Array,
  options: Chunked,
): Promise<Said[]> {
  const all = pieces(bytes, options.chunkSize)
  const send = (index: number) =>
    post(`${server}/file/resumeUpload`, numbered(name, all, index, options.fileFirst))
  const order = all.map((_, index) => index).slice(options.from, options.to)
  return Promise.all(order.map(send))
}

/** Very large files: chunks without a name, then a merge that tells it. */
export async function uploadChunks(server: string, bytes: Uint8Array, options: Chunked): Promise<Said[]> {
  const all = pieces(bytes, options.chunkSize)
  const said: Said[] = []
  for (let index = options.from ?? 0; index < (options.to ?? all.length); index++) {
    const form = new FormData()
    form.append('chunk', new Blob([all[index] ?? new Uint8Array()]))
    form.append('chunkNumber', String(index))
    form.append('totalChunks', String(all.length))
    said.push(await post(`${server}/uploadChunk`, form))
  }
  return said
}

/** What `fetch` sends of a string: text/plain;charset=UTF-8. */
export function merge(server: string, filename: string): Promise<Said> {
  return post(`${server}/mergeFile`, JSON.stringify({ filename }))
}

/** @throws Error when one of them was refused */
async function accepted(said: Promise<Said | readonly Said[]>): Promise<void> {
  for (const { status, text } of [await said].flat()) if (status !== 200) throw new Error(`${status} ${text}`)
}

/** Each of the clients as a whole, sending everything. @param chunkSize bytes */
export function documentWays(
  chunkSize: number,
): Readonly<Record<string, (server: string, name: string, bytes: Uint8Array) => Promise<void>>> {
  return {
    'a whole file in a form': (server, name, bytes) => accepted(uploadWhole(server, name, bytes)),
    'numbered chunks in order': (server, name, bytes) =>
      accepted(uploadInOrder(server, name, bytes, { chunkSize })),
    'numbered chunks at once': (server, name, bytes) =>
      accepted(uploadAtOnce(server, name, bytes, { chunkSize, fileFirst: false })),
    'numbered chunks, named at the end': async (server, name, bytes) => {
      await accepted(uploadChunks(server, bytes, { chunkSize }))
      await accepted(merge(server, name))
    },
  }
}
