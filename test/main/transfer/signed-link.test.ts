import { describe, expect, it } from 'vitest'
import { createServerApi } from '../../../src/main/transfer/server-api.ts'
import { signedLink } from '../../../src/main/transfer/signed-link.ts'
import { reverseProxy } from '../../reverse-proxy.ts'
import { Client, start } from '../../server/harness.ts'

const proxied = { url: 'https://photos.example.com/photos', token: 'secret' }

/** The link without what depends on time and token. */
const placeOf = (link: string) => link.replace(/\?expires=\d+&signature=[0-9a-f]{64}$/, '?signed')

describe('a link to a stored file', () => {
  it('opens the file at a server below a path, without the token', async () => {
    const { server } = await start()
    const { url } = await reverseProxy(Number(new URL(server.url).port), { prefix: '/studio/photos' })
    const token = server.token ?? ''
    const { body } = await new Client(url, token).upload('Reise/a b.jpg', Buffer.from('photo'))
    const api = createServerApi({ url, token })
    const stored = api.absolute(String(body.url))
    expect(stored).toBe(`${url}/uploads/Reise/a%20b.jpg`)
    const opened = await fetch(signedLink(stored, { url, token }, false, Date.now()))
    expect(await opened.text()).toBe('photo')
    expect((await fetch(stored)).status).toBe(401)
  })

  it.each([
    ['of this server', `${proxied.url}/uploads/a.jpg`, `${proxied.url}/uploads/a.jpg?signed`],
    [
      'that an earlier version noted without the path',
      'https://photos.example.com/uploads/a.jpg',
      `${proxied.url}/uploads/a.jpg?signed`,
    ],
    [
      'of another server of the same host',
      'https://photos.example.com/archive/uploads/a.jpg',
      'https://photos.example.com/archive/uploads/a.jpg',
    ],
    ['of another host', 'https://old.example.com/uploads/a.jpg', 'https://old.example.com/uploads/a.jpg'],
  ])('is signed for a file %s exactly when the token is for it', (_which, stored, expected) => {
    expect(placeOf(signedLink(stored, proxied, false, Date.now()))).toBe(expected)
  })

  it('follows the server of this computer to its new port', () => {
    const moved = { url: 'http://127.0.0.1:5002', token: 'secret' }
    const link = signedLink('http://127.0.0.1:5001/uploads/a.jpg', moved, true, Date.now())
    expect(placeOf(link)).toBe('http://127.0.0.1:5002/uploads/a.jpg?signed')
  })
})
