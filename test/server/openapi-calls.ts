/** One call, or several, for every operation of the protocol's document. */
import { bundleType } from '../../src/shared/protocol/bundle-frames.ts'
import { bodyOf, bundled } from './bundling.ts'
import { bytesOf, contentDigest, md5, type Started, sha256 } from './harness.ts'

export const bytes = bytesOf(100)
const otherBytes = bytesOf(101)
const octets = 'application/offset+octet-stream'
const tusHeaders = { 'Tus-Resumable': '1.0.0' }

/** Operation -> its calls, by the status that each is to have. */
export function callsOf(
  started: Started,
): Readonly<Record<string, Readonly<Record<number, () => Promise<Response>>>>> {
  function call(method: string, path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { Authorization: `Bearer ${started.client.token}`, ...init.headers }
    return fetch(started.server.url + path, { ...init, method, headers })
  }

  const bundle = (body: Buffer) =>
    call('POST', '/api/bundle', { body: new Uint8Array(body), headers: { 'Content-Type': bundleType } })

  const post = (path: string, body: unknown) =>
    call('POST', path, { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } })

  /** A new task, with its only chunk when that is wanted. */
  async function taskOf(name: string, sent?: 'sent'): Promise<string> {
    const { taskId } = await started.client.offer(name, bytes)
    if (sent) await started.client.put(taskId, 0, bytes)
    return taskId
  }

  async function stored(): Promise<string> {
    await started.client.upload('linked.jpg', otherBytes)
    return 'linked.jpg'
  }

  const begun = (batchId: string) =>
    call('PUT', `/api/batches/${batchId}`, {
      body: JSON.stringify({ name: 'Wedding', files: 1, bytes: 1 }),
      headers: { 'Content-Type': 'application/json' },
    })

  async function linkTo(path: string): Promise<{ linkId: string; url: string }> {
    return (await (await post('/api/links', { path })).json()) as { linkId: string; url: string }
  }

  async function tusUpload(name: string): Promise<string> {
    const metadata = `filename ${btoa(name)}`
    const headers = { ...tusHeaders, 'Upload-Length': '100', 'Upload-Metadata': metadata }
    return String((await call('POST', '/tus', { headers })).headers.get('Location'))
  }

  const disposition = (name: string) => ({ 'Content-Disposition': `inline; filename="${name}"` })

  async function resumableUpload(name: string): Promise<string> {
    const headers = { ...disposition(name), 'Upload-Complete': '?0' }
    return String((await call('POST', '/resumable', { headers })).headers.get('Location'))
  }

  const appendHeaders = (isComplete: '?0' | '?1') => ({
    'Upload-Offset': '0',
    'Upload-Complete': isComplete,
    'Content-Type': 'application/partial-upload',
  })

  function chunkForm(fields: Record<string, string> = {}): FormData {
    const form = new FormData()
    const all = { md5: md5(bytes), fileName: 'form.jpg', totalChunks: '1', chunkIndex: '0', ...fields }
    for (const [name, value] of Object.entries(all)) form.append(name, value)
    form.append('chunk', new Blob([new Uint8Array(bytes)]))
    return form
  }

  function numberedForm(fileField: string, fields: Record<string, string> = {}): FormData {
    const form = new FormData()
    for (const [name, value] of Object.entries({ chunkNumber: '0', totalChunks: '1', ...fields }))
      form.append(name, value)
    form.append(fileField, new Blob([new Uint8Array(bytes)]))
    return form
  }

  const announcement = (fileName: string) => ({ md5: md5(bytes), fileName, totalChunks: 1 })
  const none = 'f'.repeat(32)

  return {
    'get /api/health': { 200: () => call('GET', '/api/health') },
    'get /api/stats': { 200: () => call('GET', '/api/stats') },
    'get /api/scrub': { 200: () => call('GET', '/api/scrub') },
    'post /api/scrub': { 202: () => call('POST', '/api/scrub') },
    'delete /api/scrub/damaged': { 200: () => call('DELETE', '/api/scrub/damaged') },
    'get /api/files': {
      200: () => call('GET', '/api/files?limit=2'),
      400: () => call('GET', '/api/files?limit=0'),
    },
    'get /api/verified': {
      200: () => call('GET', `/api/verified?sha256=${none}${none}&size=100`),
      400: () => call('GET', '/api/verified?sha256=x&size=100'),
    },
    'get /api/batches': {
      200: () => call('GET', '/api/batches?limit=2'),
      400: () => call('GET', '/api/batches?limit=0'),
    },
    'put /api/batches/{batchId}': {
      200: () => begun('batch-01'),
      400: () => begun('x'),
      415: () => call('PUT', '/api/batches/batch-01', { body: '{}' }),
    },
    'get /api/batches/{batchId}': {
      200: async () => {
        await begun('batch-02')
        return call('GET', '/api/batches/batch-02')
      },
      404: () => call('GET', '/api/batches/nothing-here'),
    },
    'post /api/batches/{batchId}/files': {
      200: async () => {
        await begun('batch-03')
        const files = [{ path: await stored(), size: otherBytes.length, sha256: sha256(otherBytes) }]
        const end = { failed: 0, leftOut: 0 }
        return post('/api/batches/batch-03/files', { after: null, files, end })
      },
      400: () => post('/api/batches/batch-03/files', { files: [] }),
      404: () => post('/api/batches/nothing-here/files', { after: null, files: [] }),
    },
    'get /api/links': { 200: () => call('GET', '/api/links') },
    'post /api/links': {
      201: async () => post('/api/links', { path: await stored(), days: 1 }),
      400: () => post('/api/links', { path: 'linked.jpg', days: 0 }),
      404: () => post('/api/links', { path: 'nothing.jpg' }),
    },
    'delete /api/links/{linkId}': {
      204: async () => call('DELETE', `/api/links/${(await linkTo(await stored())).linkId}`),
      404: () => call('DELETE', `/api/links/${none}${none}`),
    },
    'get /s/{secret}': {
      200: async () => call('GET', (await linkTo(await stored())).url),
      404: () => call('GET', `/s/${'x'.repeat(43)}/`),
    },
    'get /s/{secret}/f/{path}': {
      200: async () => call('GET', `${(await linkTo(await stored())).url}f/linked.jpg`),
      404: async () => call('GET', `${(await linkTo(await stored())).url}f/other.jpg`),
    },
    'get /s/{secret}/all.zip': {
      200: async () => call('GET', `${(await linkTo(await stored())).url}all.zip`),
      404: () => call('GET', `/s/${'x'.repeat(43)}/all.zip`),
    },
    'get /metrics': { 200: () => call('GET', '/metrics') },
    'get /api/openapi.json': { 200: () => call('GET', '/api/openapi.json') },
    'post /api/task': {
      200: () => post('/api/task', { fileName: 'a.jpg', fileSize: 100, hash: md5(bytes) }),
      400: () => post('/api/task', { fileName: '..', fileSize: 1 }),
      413: () => post('/api/task', { fileName: 'a.jpg', fileSize: 2 ** 50 }),
      415: () => call('POST', '/api/task', { body: '{}' }),
    },
    'post /api/offers': {
      200: () => post('/api/offers', { files: [bundled('offered.jpg', bytes).file] }),
      400: () => post('/api/offers', { files: [] }),
      415: () => call('POST', '/api/offers', { body: '{}' }),
    },
    'post /api/bundle': {
      200: () => bundle(bodyOf([bundled('bundled.jpg', bytes), bundled('..', bytes)])),
      400: () => bundle(Buffer.alloc(3)),
      413: () => bundle(Buffer.alloc(9 * 1024 * 1024)),
      415: () => call('POST', '/api/bundle', { body: '{}' }),
    },
    'get /api/task/{taskId}': {
      200: async () => call('GET', `/api/task/${await taskOf('status.jpg')}`),
      404: () => call('GET', `/api/task/${none}`),
    },
    'delete /api/task/{taskId}': {
      204: async () => call('DELETE', `/api/task/${await taskOf('delete.jpg')}`),
      404: () => call('DELETE', '/api/task/x'),
    },
    'put /api/task/{taskId}/chunk/{chunkIndex}': {
      200: async () => {
        const init = { body: new Uint8Array(bytes), headers: { 'Content-Digest': contentDigest(bytes) } }
        return call('PUT', `/api/task/${await taskOf('chunk.jpg')}/chunk/0`, init)
      },
      400: async () =>
        call('PUT', `/api/task/${await taskOf('chunk.jpg')}/chunk/0?complete=x`, { body: 'x' }),
      422: async () => {
        const init = { body: new Uint8Array(100), headers: { 'Content-Digest': contentDigest(bytes) } }
        return call('PUT', `/api/task/${await taskOf('corrupt.jpg')}/chunk/0`, init)
      },
    },
    'post /api/task/{taskId}/complete': {
      200: async () => post(`/api/task/${await taskOf('done.jpg', 'sent')}/complete`, { hash: md5(bytes) }),
      404: () => post(`/api/task/${none}/complete`, { hash: none }),
      409: async () => {
        const { taskId } = await started.client.offer('missing.jpg', bytes, { hash: none })
        return post(`/api/task/${taskId}/complete`, { hash: none })
      },
    },
    'get /uploads/{path}': {
      200: () => call('GET', '/uploads/stored/x.jpg'),
      206: () => call('GET', '/uploads/stored/x.jpg', { headers: { Range: 'bytes=0-9' } }),
      304: () =>
        call('GET', '/uploads/stored/x.jpg', {
          headers: { 'If-None-Match': `"${md5(bytes)}"`, 'Cache-Control': 'max-age=0' },
        }),
      404: () => call('GET', '/uploads/nothing'),
      416: () => call('GET', '/uploads/stored/x.jpg', { headers: { Range: 'bytes=900-' } }),
    },
    'post /api/check-chunks': {
      200: () => post('/api/check-chunks', announcement('check.jpg')),
      400: () => post('/api/check-chunks', announcement('a/b')),
    },
    'post /api/upload-chunk': {
      200: () => call('POST', '/api/upload-chunk', { body: chunkForm() }),
      400: () => call('POST', '/api/upload-chunk', { body: chunkForm({ chunkIndex: '7' }) }),
      415: () => post('/api/upload-chunk', {}),
    },
    'post /api/complete-upload': {
      200: () => post('/api/complete-upload', announcement('form.jpg')),
      409: () => post('/api/complete-upload', { md5: none, fileName: 'never.jpg', totalChunks: 2 }),
    },
    'get /api/upload-status/{md5}/{fileName}': {
      200: async () => {
        await call('POST', '/api/upload-chunk', {
          body: chunkForm({ md5: none, fileName: 'status.jpg', totalChunks: '3' }),
        })
        return call('GET', `/api/upload-status/${none}/status.jpg`)
      },
      404: () => call('GET', `/api/upload-status/${none}/nothing.jpg`),
    },
    'delete /api/upload/{md5}/{fileName}': {
      200: () => call('DELETE', `/api/upload/${none}/status.jpg`),
      400: () => call('DELETE', '/api/upload/x/status.jpg'),
    },
    'post /upload': {
      200: () => call('POST', '/upload', { body: numberedForm('file', { filename: 'batch.jpg' }) }),
      400: () => call('POST', '/upload', { body: numberedForm('file', { filename: 'a/b' }) }),
      415: () => post('/upload', {}),
    },
    'post /file/resumeUpload': {
      200: () => call('POST', '/file/resumeUpload', { body: numberedForm('file', { filename: 'r.jpg' }) }),
      400: () => call('POST', '/file/resumeUpload', { body: numberedForm('file') }),
    },
    'post /uploadChunk': {
      200: () => call('POST', '/uploadChunk', { body: numberedForm('chunk') }),
      400: () => call('POST', '/uploadChunk', { body: numberedForm('chunk', { chunkNumber: '9' }) }),
    },
    'post /mergeFile': {
      200: async () => {
        await call('POST', '/uploadChunk', { body: numberedForm('chunk') })
        return post('/mergeFile', { filename: 'merged.jpg' })
      },
      404: () => post('/mergeFile', { filename: 'merged.jpg' }),
    },
    'options /resumable': { 204: () => call('OPTIONS', '/resumable') },
    'options /resumable/{id}': { 204: () => call('OPTIONS', `/resumable/${none}`) },
    'post /resumable': {
      201: () => call('POST', '/resumable', { body: 'whole', headers: disposition('whole.jpg') }),
      400: () => call('POST', '/resumable', { body: 'x', headers: disposition('../x') }),
      415: () => call('POST', '/resumable', { body: 'x', headers: { 'Content-Encoding': 'gzip' } }),
    },
    'put /resumable': {
      201: () => call('PUT', '/resumable', { body: 'put', headers: disposition('put.jpg') }),
    },
    'get /resumable/{id}': {
      204: async () => call('GET', await resumableUpload('state.jpg')),
      404: () => call('GET', `/resumable/${none}`),
    },
    'patch /resumable/{id}': {
      200: async () =>
        call('PATCH', await resumableUpload('patched.jpg'), { body: 'hello', headers: appendHeaders('?1') }),
      204: async () =>
        call('PATCH', await resumableUpload('begun.jpg'), { body: 'hello', headers: appendHeaders('?0') }),
      409: async () =>
        call('PATCH', await resumableUpload('other.jpg'), {
          body: 'hello',
          headers: { ...appendHeaders('?1'), 'Upload-Offset': '3' },
        }),
    },
    'delete /resumable/{id}': {
      204: async () => call('DELETE', await resumableUpload('deleted.jpg')),
      404: () => call('DELETE', `/resumable/${none}`),
    },
    'options /tus': { 204: () => call('OPTIONS', '/tus') },
    'options /tus/{id}': { 204: () => call('OPTIONS', `/tus/${none}`) },
    'post /tus': {
      201: () =>
        call('POST', '/tus', {
          headers: { ...tusHeaders, 'Upload-Length': '1', 'Upload-Metadata': `filename ${btoa('t.jpg')}` },
        }),
      400: () => call('POST', '/tus', { headers: { ...tusHeaders, 'Upload-Length': 'x' } }),
      412: () => call('POST', '/tus'),
    },
    'head /tus/{id}': {
      200: async () => call('HEAD', await tusUpload('head.jpg'), { headers: tusHeaders }),
      404: () => call('HEAD', `/tus/${none}`, { headers: tusHeaders }),
    },
    'patch /tus/{id}': {
      204: async () =>
        call('PATCH', await tusUpload('patch.jpg'), {
          body: 'hello',
          headers: { ...tusHeaders, 'Upload-Offset': '0', 'Content-Type': octets },
        }),
      415: async () =>
        call('PATCH', await tusUpload('patch.jpg'), {
          body: 'x',
          headers: { ...tusHeaders, 'Upload-Offset': '0' },
        }),
      460: async () =>
        call('PATCH', await tusUpload('sum.jpg'), {
          body: 'hello',
          headers: {
            ...tusHeaders,
            'Upload-Offset': '0',
            'Content-Type': octets,
            'Upload-Checksum': `md5 ${Buffer.alloc(16).toString('base64')}`,
          },
        }),
    },
    'get /tus/{id}': {
      200: async () => {
        const path = await tusUpload('served.jpg')
        await call('PATCH', path, {
          body: 'x'.repeat(100),
          headers: { ...tusHeaders, 'Upload-Offset': '0', 'Content-Type': octets },
        })
        return call('GET', path)
      },
      404: () => call('GET', `/tus/${none}`),
    },
    'delete /tus/{id}': {
      204: async () => call('DELETE', await tusUpload('delete.jpg'), { headers: tusHeaders }),
      404: () => call('DELETE', `/tus/${none}`, { headers: tusHeaders }),
    },
  }
}
