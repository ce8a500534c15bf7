/** A thousand connections that never show a token: who has one gets in all the same, within seconds, and stays in. */
import { Agent, request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { networkOf } from '../../server/http/strangers.ts'
import { ownTime } from '../own-time.ts'
import { bytesOf, type Client, md5, spawnServer, temporaryFolder } from './harness.ts'

/** As many as the server holds, and then some. */
const crowd = 1_100
const halfHead = 'GET /api/health HTTP/1.1\r\nHost: loc'
const wrongToken = 'GET /api/stats HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer wrong\r\n\r\n'

async function started(): Promise<Client> {
  const { client } = await spawnServer(temporaryFolder(), { env: { LOG_LEVEL: 'error' } })
  return client
}

/** Opens connections that send this much and nothing more. @param from address of the n-th */
async function surround(
  { url }: Client,
  sent: string,
  from: (index: number) => string = () => '127.0.0.1',
): Promise<Socket[]> {
  const port = Number(new URL(url).port)
  const sockets: Socket[] = []
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
  })
  const one = (index: number) =>
    new Promise<void>((resolve) => {
      const socket = connect({ port, host: '127.0.0.1', localAddress: from(index) }, () => {
        if (sent !== '') socket.write(sent)
        resolve()
      })
      sockets.push(socket.on('error', () => resolve()))
    })
  for (let begun = 0; begun < crowd; begun += 100) {
    await Promise.all(Array.from({ length: 100 }, (_, index) => one(begun + index)))
  }
  return sockets
}

/** Asks with the token over a connection of its own that is kept; resolves with the status, rejects where it was closed. */
function keptConnection({ url, token }: Client) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  onTestFinished(() => agent.destroy())
  const ports = new Set<number | undefined>()
  const ask = () =>
    new Promise<number | undefined>((resolve, reject) => {
      const headers = { authorization: `Bearer ${token}` }
      request(`${url}/api/stats`, { agent, headers }, (answer) => {
        ports.add(answer.socket.localPort)
        answer.resume().once('end', () => resolve(answer.statusCode))
      })
        .once('error', reject)
        .end()
    })
  return { ask, ports }
}

async function uploadWithin(client: Client, ms: number): Promise<void> {
  const tookMs = ownTime()
  const bytes = bytesOf(200_000)
  const answer = await client.upload('honest.jpg', bytes)
  expect(answer).toMatchObject({ status: 200, body: { md5: md5(bytes) } })
  expect(tookMs()).toBeLessThan(ms)
}

describe('an honest upload is let in within 3 s beside 1,100 connections', () => {
  const networks = Array.from({ length: 200 }, (_, index) => `127.0.7.${index + 1}`)
  it.each([
    ['that say nothing', '', undefined],
    ['that say half a head', halfHead, undefined],
    ['that come with a wrong token', wrongToken, undefined],
    ['from 200 addresses', '', (index: number) => networks[index % networks.length] ?? ''],
  ] as const)('%s', async (_what, sent, from) => {
    const client = await started()
    await surround(client, sent, from)
    await uploadWithin(client, 3_000)
    await uploadWithin(client, 3_000)
  })

  it('that are opened anew as fast as they are closed', async () => {
    const client = await started()
    const sockets = await surround(client, '')
    const port = Number(new URL(client.url).port)
    let isOver = false
    let opened = 0
    const again = () => {
      if (isOver) return
      opened += 1
      const socket = connect(port, '127.0.0.1').on('error', () => undefined)
      sockets.push(socket.once('close', again))
    }
    for (const socket of sockets.splice(0)) {
      if (socket.destroyed) again()
      else socket.once('close', again)
    }
    onTestFinished(() => {
      isOver = true
    })
    await uploadWithin(client, 3_000)
    isOver = true
    expect(opened).toBeGreaterThan(0)
  })
})

it('keeps the connection that has shown its token, older than all others, and lets go of the oldest stranger', async () => {
  const client = await started()
  const { ask, ports } = keptConnection(client)
  expect(await ask()).toBe(200)
  const sockets = await surround(client, '')
  await expect.poll(() => sockets.filter(({ destroyed }) => destroyed).length).toBeGreaterThan(90)
  await delay(50)
  const gone = sockets.map(({ destroyed }, index) => (destroyed ? index : -1)).filter((index) => index >= 0)
  expect(Math.max(...gone)).toBeLessThan(300)
  expect(await ask()).toBe(200)
  expect(ports.size).toBe(1)
})

it.each([
  ['192.168.1.7', '192.168.1.7'],
  ['::ffff:192.168.1.7', '192.168.1.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8::5', '2001:db8:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['', ''],
])('counts %s as %s', (address, network) => {
  expect(networkOf(address)).toBe(network)
})
