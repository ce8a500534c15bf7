import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { tcpProxy } from '../tcp-proxy.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { countingProxy } from './counting-proxy.ts'
import { announceSeed, fingerprint, makePhotoFolder, seeded } from './photo-folder.ts'
import { serve, upload } from './programs.ts'

/** A proxy that breaks the connection in the place of the first answers to requests that `isFatal` picks. */
async function answerEatingProxy(serverPort: number, isFatal: (request: string) => boolean) {
  let eaten = 0
  const { url } = await tcpProxy(
    () => serverPort,
    (client, toServer) => {
      const server = toServer()
      let fatal = false
      client.on('data', (bytes) => {
        fatal ||= isFatal(bytes.toString('latin1'))
        server.write(bytes)
      })
      server.on('data', (bytes) => {
        if (!fatal) return void client.write(bytes)
        eaten++
        client.resetAndDestroy()
      })
    },
  )
  return { url, eaten: () => eaten }
}

describe('a bad network', () => {
  it('that breaks every connection again and again does not keep a folder from arriving whole', async () => {
    const random = seeded(announceSeed('resets'))
    const folder = temporaryFolder()
    makePhotoFolder(join(folder, 'source', 'shoot'), 30, 24 << 20, random)
    const server = await serve(join(folder, 'data'), { args: ['--chunk-size', String(1 << 20)] })
    const proxy = await countingProxy(() => server.port)
    const target = { url: proxy.url, token: server.token }
    const run = upload([join(folder, 'source', 'shoot')], target, join(folder, 'state'))
    let breaks = 0
    const breaking = setInterval(() => {
      if (++breaks >= 8) clearInterval(breaking)
      proxy.reset()
    }, 350)
    const { summary } = await run.result
    clearInterval(breaking)
    expect(summary).toMatchObject({ done: 29, empty: 1, failed: 0 })
    expect(fingerprint(join(folder, 'data', 'uploads'))).toEqual(fingerprint(join(folder, 'source')))
  })

  it.each([
    ['the file was stored', (request: string) => request.includes('/complete HTTP/1.1')],
    ['the chunk was stored', (request: string) => request.includes('PUT /api/task/')],
    ['the task was made', (request: string) => request.startsWith('POST /api/task HTTP/1.1')],
    ['the bundle was stored', (request: string) => request.startsWith('POST /api/bundle HTTP/1.1')],
    ['the offers were looked up', (request: string) => request.startsWith('POST /api/offers HTTP/1.1')],
  ])('that swallows the answer after %s leaves one whole object', async (_what, isAbout) => {
    const folder = temporaryFolder()
    makePhotoFolder(join(folder, 'source', 'shoot'), 2, 3 << 20, seeded(5))
    const server = await serve(join(folder, 'data'), { args: ['--chunk-size', String(1 << 20)] })
    let left = 2
    const proxy = await answerEatingProxy(server.port, (request) => isAbout(request) && left-- > 0)
    const target = { url: proxy.url, token: server.token }
    const { summary } = await upload([join(folder, 'source', 'shoot')], target, join(folder, 'state')).result
    expect(proxy.eaten()).toBeGreaterThan(0)
    expect(summary).toMatchObject({ done: 1, empty: 1, failed: 0 })
    expect(fingerprint(join(folder, 'data', 'uploads'))).toEqual(fingerprint(join(folder, 'source')))
  })
})
