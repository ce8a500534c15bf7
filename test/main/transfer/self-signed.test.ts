import { once } from 'node:events'
import { type AddressInfo, createServer as createPlainServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { checkServer } from '../../../src/main/transfer/check-server.ts'
import { serve } from '../../crossing/programs.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { certificate, tlsFront } from '../../tls-front.ts'

describe('the test of a connection', () => {
  it('shows a certificate that nobody vouches for, and trusts it by its fingerprint and no other', async (test) => {
    const folder = temporaryFolder()
    const studio = certificate(folder, 'studio')
    const thief = certificate(folder, 'thief')
    if (!studio || !thief) return test.skip()
    const { port, token } = await serve(join(folder, 'data'))
    const front = await tlsFront(studio, port)
    const untrusted = await checkServer({ url: front.url, token })
    expect(untrusted).toMatchObject({
      ok: false,
      error: { code: 'tls-untrusted' },
      certificate: { subject: 'studio' },
    })
    expect(front.seen).toEqual([])
    const fingerprint = untrusted.certificate?.fingerprint ?? ''
    expect(await checkServer({ url: front.url, token, fingerprint })).toMatchObject({ ok: true })
    const stolen = await tlsFront(thief, port)
    const changed = await checkServer({ url: stolen.url, token, fingerprint })
    expect(changed).toMatchObject({
      error: { code: 'certificate-changed', facts: { trusted: fingerprint } },
      certificate: { subject: 'thief' },
    })
    expect(changed.error?.facts).toMatchObject({ shown: changed.certificate?.fingerprint })
    expect(stolen.seen).toEqual([])
  })

  it('tells a wrong token from a wrong address from something else that answers', async () => {
    const { url } = await serve(join(temporaryFolder(), 'data'))
    const codeOf = async (address: string) =>
      (await checkServer({ url: address, token: 'wrong' })).error?.code
    expect(await codeOf(url)).toBe('unauthorized')
    expect(await codeOf('http://127.0.0.1:9')).toBe('server-unreachable')
    const other = createPlainServer((socket) => socket.end('220 mail.example ESMTP\r\n')).listen(
      0,
      '127.0.0.1',
    )
    await once(other, 'listening')
    onTestFinished(() => void other.close())
    const { port } = other.address() as AddressInfo
    expect(await codeOf(`http://127.0.0.1:${port}`)).toBe('not-photoferry')
    expect(await codeOf(url.replace('http:', 'https:'))).toBe('not-photoferry')
  })
})
