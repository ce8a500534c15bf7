/** What who runs the server sees of it: its log, its metrics and its figures. */
import { describe, expect, it } from 'vitest'
import { logInto } from '../../server/monitoring/log.ts'
import { serve } from '../../server/serve.ts'
import { statsSchema } from '../../src/shared/protocol/wire.ts'
import {
  bytesOf,
  Client,
  configFor,
  contentDigest,
  md5,
  raw,
  spawnServer,
  start,
  temporaryFolder,
} from './harness.ts'
import { onDisk } from './test-storage.ts'

const octets = 'Content-Type: application/offset+octet-stream'

type Line = Readonly<Record<string, unknown>>

/** A server whose log can be read. */
async function startLogged(env: Record<string, string> = {}) {
  let text = ''
  const destination = {
    write: (piece: string) => {
      text += piece
    },
  }
  const log = logInto({ level: 'debug', format: 'json' }, destination)
  const server = await serve(configFor(temporaryFolder(), env), log)
  const lines = () =>
    text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Line)
  return { server, client: new Client(server.url, server.token ?? ''), lines, text: () => text }
}

describe('the log', () => {
  it('has a request id on every line that a request causes, the one that the client gave', async () => {
    const { server, client, lines, text } = await startLogged({ TOKENS: 'anna:anna-secret' })
    const bytes = bytesOf(70_000)
    const task = await client.offer('a.jpg', bytes)
    await client.send(task, bytes)
    const answer = await client.request('POST', `/api/task/${task.taskId}/complete`, {
      body: JSON.stringify({ hash: md5(bytes) }),
      headers: { 'Content-Type': 'application/json', 'X-Request-Id': 'trace-42' },
    })
    expect(answer.headers.get('X-Request-Id')).toBe('trace-42')
    const stored = lines().find((line) => line.msg === 'stored')
    expect(stored).toMatchObject({ level: 'info', requestId: 'trace-42', path: 'anna/a.jpg', size: 70_000 })
    await expect.poll(() => lines().filter((line) => line.msg === 'request')).toHaveLength(4)
    const request = lines().findLast((line) => line.msg === 'request')
    expect(request).toMatchObject({ requestId: 'trace-42', method: 'POST', status: 200, client: 'anna' })
    expect(lines().filter((line) => line.requestId === undefined)).toEqual([])
    expect(text()).not.toContain('anna-secret')
    await server.close()
  })

  it('takes no id that could fake a line, and shows no signature of a link', async () => {
    const { server, client, text } = await startLogged()
    for (const id of ['', 'a b', 'x"}', 'x'.repeat(200)]) {
      const answer = await client.request('GET', '/api/health', { headers: { 'X-Request-Id': id } })
      expect(answer.headers.get('X-Request-Id')).toMatch(/^[0-9a-f-]{36}$/)
    }
    await fetch(`${server.url}/uploads/a.jpg?expires=9999999999999&signature=feedbeef`)
    await expect.poll(text).toContain('/uploads/a.jpg')
    expect(text()).not.toContain('feedbeef')
    await server.close()
  })

  it('holds a client that goes away for no trouble, in any dialect', async () => {
    const { server, client, lines } = await startLogged()
    const bytes = bytesOf(1_000)
    const { taskId } = await client.offer('a.jpg', bytes)
    const metadata = `Upload-Metadata: filename ${Buffer.from('b.jpg').toString('base64')}`
    const heads = [
      [`PUT /api/task/${taskId}/chunk/0`, `Content-Digest: ${contentDigest(bytes)}`],
      ['POST /api/upload-chunk', 'Content-Type: multipart/form-data; boundary=x'],
      ['POST /tus', 'Tus-Resumable: 1.0.0', 'Upload-Length: 1000', metadata, octets],
    ]
    for (const [target, ...headers] of heads) {
      const access = ['Host: localhost', `Authorization: Bearer ${client.token}`]
      const head = [`${target} HTTP/1.1`, ...access, 'Content-Length: 1000', ...headers, '', 'half'].join(
        '\r\n',
      )
      await raw(server.url, head, 100)
    }
    await expect.poll(() => lines().filter((line) => line.msg === 'request')).toHaveLength(4)
    await server.close()
    expect(lines().filter((line) => line.level === 'error' || line.level === 'warn')).toEqual([])
  })

  it('is JSON where a program reads it, and readable lines on demand', async () => {
    const json = await spawnServer(temporaryFolder())
    await expect.poll(json.stderr).toContain('\n')
    const first = JSON.parse(json.stderr().split('\n', 1)[0] ?? '') as Line
    expect(first).toMatchObject({ level: 'info', msg: 'listening', url: json.client.url })
    const pretty = await spawnServer(temporaryFolder(), { env: { LOG_FORMAT: 'pretty' } })
    await expect.poll(pretty.stderr).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z info {2}listening url="http:/)
    json.process.kill('SIGTERM')
    pretty.process.kill('SIGTERM')
  })

  it('keeps causes out of answers unless the server is for development', async () => {
    const causeOf = async (env: Record<string, string>) => {
      const { client, server } = await start({ env })
      await server.uploads.ledger.close()
      const answer = await client.request('GET', '/api/stats')
      expect(answer.status).toBe(500)
      return JSON.stringify(answer.body)
    }
    expect(await causeOf({})).not.toMatch(/sqlite|\.ts|database is not open/i)
    expect(await causeOf({ NODE_ENV: 'production' })).not.toMatch(/sqlite|\.ts|database is not open/i)
    expect(await causeOf({ NODE_ENV: 'development' })).toMatch(/cause/)
  })
})

describe('the figures', () => {
  it('are counted in stats and metrics: what came, what was stored, what failed', async () => {
    const { client } = await start()
    const bytes = bytesOf(200_000)
    await client.upload('a.jpg', bytes)
    const bad = await client.offer('b.jpg', bytesOf(100), { hash: 'a'.repeat(32) })
    await client.put(bad.taskId, 0, bytesOf(100))
    expect((await client.complete(bad.taskId, 'a'.repeat(32))).status).toBe(422)
    const stats = statsSchema.parse((await client.request('GET', '/api/stats')).body)
    expect(stats).toMatchObject({
      activeUploads: 1,
      completedUploads: 1,
      storedBytes: 200_000,
      finishedUploads: 1,
      failedUploads: 1,
    })
    expect(stats.receivedBytes).toBeGreaterThan(200_000)
    expect(stats.receivedBytes).toBeLessThan(210_000)
    const { response, bytes: text } = await client.download('/metrics')
    expect(response.headers.get('Content-Type')).toContain('text/plain; version=0.0.4')
    for (const line of [
      'photoferry_uploads_open 1',
      'photoferry_uploads_finished_total 1',
      'photoferry_uploads_failed_total{code="digest-mismatch"} 1',
      'photoferry_verification_seconds_count 2',
      'photoferry_http_request_seconds_count{method="PUT",route="/api/task/:taskId/chunk/:chunkIndex",status="200"} 5',
    ]) {
      expect(text.toString()).toContain(line)
    }
    // A bucket has no end that could be told.
    if (onDisk) expect(text.toString()).toMatch(/^photoferry_free_bytes [1-9]/m)
    expect(text.toString()).toMatch(/^process_resident_memory_bytes [1-9]/m)
  })

  it('leave out what is not known, rather than say 0', async () => {
    const { client } = await start()
    const text = async () => (await client.download('/metrics')).bytes.toString()
    expect(await text()).not.toMatch(/^photoferry_oldest_verification_timestamp_seconds /m)
    if (!onDisk) expect(await text()).not.toMatch(/^photoferry_free_bytes /m)
    await client.upload('a.jpg', bytesOf(1_000))
    expect(await text()).toMatch(/^photoferry_oldest_verification_timestamp_seconds [1-9]/m)
  })

  it('have no more labels the more a client makes up, and are not for everybody', async () => {
    const { client } = await start()
    // Node's own figures tell of each kind of thing that is open, as connections to a database.
    const linesOf = async () =>
      (await client.download('/metrics')).bytes.toString().match(/^photoferry_/gm)?.length
    const visit = async (round: number) => {
      for (let index = 0; index < 20; index += 1) {
        await client.request('GET', `/nothing-${round}-${index}`)
        await client.request('GET', `/uploads/none-${round}-${index}`)
        await client.request('GET', `/api/task/${round}-${index}`)
        await client.request('PROPFIND', `/odd-${round}-${index}`)
      }
    }
    await visit(1)
    await linesOf()
    const before = await linesOf()
    await visit(2)
    expect(await linesOf()).toBe(before)
    expect((await fetch(`${client.url}/metrics`)).status).toBe(401)
  })
})
