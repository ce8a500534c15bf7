/** What a tus client hears when something is wrong: the errors of every other route, under the statuses of tus. */
import { beforeAll, describe, expect, it } from 'vitest'
import { openLedger } from '../../server/ledger/open-ledger.ts'
import { serve } from '../../server/serve.ts'
import { errorBodySchema } from '../../src/shared/protocol/wire.ts'
import { Client, configFor, silentLog, start, temporaryFolder } from './harness.ts'

let client: Client
let path: string
const size = { 'Upload-Length': '10' }
const named = { ...size, 'Upload-Metadata': `filename ${btoa('a.jpg')}` }
const octets = { 'Content-Type': 'application/offset+octet-stream' }
const nobody = `/tus/${'f'.repeat(32)}`

function tus(to: Client, method: string, target: string, headers: Record<string, string>, body?: string) {
  return to.request(method, target, {
    headers: { 'Tus-Resumable': '1.0.0', ...headers },
    ...(body !== undefined && { body }),
  })
}

beforeAll(async () => {
  client = (await start({ env: { MAX_FILE_SIZE: '1K' } })).client
  path = String((await tus(client, 'POST', '/tus', named)).headers.get('Location'))
})

describe('an error of tus', () => {
  it.each([
    ['a length that is none', 'POST', '/tus', { ...named, 'Upload-Length': 'x' }, 400, 'bad-request'],
    ['no length', 'POST', '/tus', { 'Upload-Metadata': named['Upload-Metadata'] }, 400, 'bad-request'],
    ['a large file', 'POST', '/tus', { ...named, 'Upload-Length': '1025' }, 413, 'file-too-large'],
    ['a foreign extension', 'POST', '/tus', { ...named, 'Upload-Concat': 'partial' }, 501, 'bad-request'],
    ['another version', 'POST', '/tus', { ...named, 'Tus-Resumable': '0.2.2' }, 412, 'bad-request'],
    ['another type', 'PATCH', '', { 'Upload-Offset': '0' }, 415, 'bad-request'],
    ['no offset', 'PATCH', '', octets, 403, 'bad-request'],
    ['another offset', 'PATCH', '', { ...octets, 'Upload-Offset': '5' }, 409, 'chunk-conflict'],
    ['too many bytes', 'PATCH', '', { ...octets, 'Upload-Offset': '0' }, 413, 'file-too-large'],
    ['nobody', 'PATCH', nobody, { ...octets, 'Upload-Offset': '0' }, 404, 'task-gone'],
  ])('is JSON with a code: %s', async (_, method, target, headers, status, code) => {
    const body = method === 'PATCH' ? 'x'.repeat(11) : undefined
    const answer = await tus(client, method, target || path, headers, body)
    expect([answer.status, errorBodySchema.parse(answer.body).error.code]).toEqual([status, code])
    expect(answer.headers.get('Content-Type')).toBe('application/json; charset=utf-8')
    expect(answer.headers.get('Tus-Resumable')).toBe('1.0.0')
  })

  it('reaches a client that is still sending, whose connection stays open', async () => {
    const open = { 'Upload-Defer-Length': '1', 'Upload-Metadata': named['Upload-Metadata'] }
    for (let time = 0; time < 20; time++) {
      const begun = String((await tus(client, 'POST', '/tus', open)).headers.get('Location'))
      const answer = await tus(
        client,
        'PATCH',
        begun,
        { ...octets, 'Upload-Offset': '0' },
        'x'.repeat(4 << 20),
      )
      expect(answer.status).toBe(413)
      expect(answer.headers.get('Connection')).toBe('keep-alive')
    }
  })

  it('that nobody expected is in the log, and none of it in the answer', async () => {
    const told: object[] = []
    const log = { ...silentLog, error: (facts: object) => told.push(facts) }
    const countOpenTasks = () => Promise.reject(new TypeError('the inner life'))
    const parts = {
      openLedger: async (...settings: Parameters<typeof openLedger>) =>
        Object.assign(await openLedger(...settings), { countOpenTasks }),
    }
    const server = await serve(configFor(temporaryFolder()), log, parts)
    const asking = new Client(server.url, server.token ?? '')
    // What the server never does is no failure of its own.
    const partial = await tus(asking, 'POST', '/tus', { ...named, 'Upload-Concat': 'partial' })
    expect(partial.status).toBe(501)
    const answer = await tus(asking, 'POST', '/tus', named)
    await server.close()
    expect([answer.status, answer.body.error?.code]).toEqual([500, 'server-error'])
    expect(JSON.stringify(answer.body)).not.toContain('inner life')
    expect(told).toEqual([expect.objectContaining({ status: 500, cause: 'TypeError: the inner life' })])
  })
})
