import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { type ProxyChoice, parseProxyList, proxiesFor } from '../../../src/main/transfer/proxies.ts'

afterEach(() => void vi.unstubAllEnvs())

const textOf = (choice: ProxyChoice) =>
  choice.kind === 'proxy' ? choice.url.href : choice.kind === 'direct' ? 'direct' : `unusable ${choice.name}`

/** The ways to an address with these variables set. */
async function waysTo(url: string, env: Record<string, string>, system?: string): Promise<string> {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
  const ways = await proxiesFor(url, system === undefined ? undefined : async () => system)
  return ways.map(textOf).join(', ')
}

const plain = 'http://photos.example.com'
const secure = 'https://photos.example.com'
const [one, two] = ['http://one.example:3128/', 'http://two.example:3128/']

describe('the environment', () => {
  it.each([
    ['is obeyed in upper case', secure, { HTTPS_PROXY: one }, one],
    ['is obeyed in lower case', secure, { https_proxy: one }, one],
    ['is obeyed in lower case before upper case', secure, { https_proxy: one, HTTPS_PROXY: two }, one],
    ['names a proxy for http of its own', plain, { HTTP_PROXY: one, HTTPS_PROXY: two }, one],
    ['may name none for a protocol', plain, { HTTPS_PROXY: two }, 'direct'],
    ['may name one for all', plain, { ALL_PROXY: one }, one],
    ['names one for a protocol before that for all', secure, { ALL_PROXY: one, HTTPS_PROXY: two }, two],
    ['may leave out the scheme, which is http then', secure, { HTTPS_PROXY: 'one.example:3128' }, one],
    [
      'may name a proxy that speaks TLS',
      plain,
      { HTTP_PROXY: 'https://one.example' },
      'https://one.example/',
    ],
    ['may hold a login', secure, { HTTPS_PROXY: 'http://a:b@one.example' }, 'http://a:b@one.example/'],
    ['counts an empty variable as none', plain, { HTTP_PROXY: '' }, 'direct'],
    [
      'may name SOCKS, which is said',
      plain,
      { ALL_PROXY: 'socks5://u:p@s.example:1080' },
      'unusable socks5://s.example:1080',
    ],
    [
      'may be no address, which is said',
      plain,
      { HTTP_PROXY: 'http://' },
      'unusable HTTP_PROXY, HTTPS_PROXY or ALL_PROXY',
    ],
  ])('%s', async (_what, url, env, expected) => {
    expect(await waysTo(url, env as unknown as Record<string, string>)).toBe(expected)
  })

  it.each([
    ['photos.example.com', plain, 'direct'],
    ['example.com', plain, 'direct'],
    ['.example.com', plain, 'direct'],
    ['*.example.com', plain, 'direct'],
    ['ample.com', plain, one],
    ['other.example, PHOTOS.example.com', plain, 'direct'],
    ['other.example photos.example.com', plain, 'direct'],
    ['photos.example.com:8080', plain, one],
    ['photos.example.com:8080', 'http://photos.example.com:8080', 'direct'],
    ['*', plain, 'direct'],
    ['192.168.0.0/16', 'http://192.168.7.5:4700', 'direct'],
    ['192.168.0.0/16', 'http://192.169.7.5:4700', one],
    ['192.168.0.0/99', 'http://192.168.7.5', one],
    ['127.0.0.1', 'http://127.0.0.1:4700', 'direct'],
    ['::1', 'http://[::1]:4700', 'direct'],
    ['fd00::/8', 'http://[fd12::7]', 'direct'],
    ['', 'http://127.0.0.1:4700', one],
  ])('excludes with NO_PROXY=%s as curl does: %s', async (excluded, url, expected) => {
    expect(await waysTo(url, { HTTP_PROXY: one, NO_PROXY: excluded })).toBe(expected)
    vi.unstubAllEnvs()
    expect(await waysTo(url, { http_proxy: one, no_proxy: excluded })).toBe(expected)
  })
})

describe('the system', () => {
  it('counts where the environment says nothing about an address', async () => {
    const system = 'PROXY two.example:3128; DIRECT'
    expect(await waysTo(plain, {}, system)).toBe(`${two}, direct`)
    expect(await waysTo(plain, { HTTPS_PROXY: one }, system)).toBe(`${two}, direct`)
    expect(await waysTo(secure, { HTTPS_PROXY: one }, system)).toBe(one)
    expect(await waysTo(secure, { NO_PROXY: 'example.com' }, system)).toBe('direct')
  })

  it('counts as without a proxy where it can’t say which it has, or not in time', async () => {
    const failing = () => Promise.reject(new Error('no proxy service'))
    expect((await proxiesFor(plain, failing)).map(textOf)).toEqual(['direct'])
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    const silent = proxiesFor(plain, () => new Promise(() => undefined))
    await vi.advanceTimersByTimeAsync(5_000)
    expect((await silent).map(textOf)).toEqual(['direct'])
  })

  it.each([
    ['DIRECT', 'direct'],
    ['', 'direct'],
    ['PROXY one.example:3128', one],
    ['  proxy  one.example:3128 ;direct; ', `${one}, direct`],
    ['HTTP one.example:3128', one],
    ['HTTPS one.example:443;PROXY two.example:3128', `https://one.example/, ${two}`],
    ['SOCKS5 s.example:1080; PROXY one.example:3128', one],
    ['SOCKS5 s.example:1080; DIRECT', 'direct'],
    ['SOCKS s.example:1080', 'unusable SOCKS s.example:1080'],
    ['PROXY', 'unusable PROXY'],
    ['PROXY [::1]:3128', 'http://[::1]:3128/'],
  ])('may answer with the list "%s"', (list, expected) => {
    expect(parseProxyList(list).map(textOf).join(', ')).toBe(expected)
  })
})
