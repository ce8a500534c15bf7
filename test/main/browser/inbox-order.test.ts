/** Files that a page sends at once enter the queue in the page's order, whichever arrives first. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { ArrivalOrder } from '../../../src/main/browser/arrival-order.ts'
import { browserBridge } from '../../../src/shared/browser-bridge.ts'
import { expectValue, openPage, openScene, type Scene } from './page-client.ts'

let scene: Scene
beforeAll(async () => {
  scene = await openScene()
})
afterAll(() => scene[Symbol.asyncDispose]())

async function begin(): Promise<string> {
  const page = await openPage(scene)
  const reply = await page.command('staging.begin', { name: 'Wedding', files: 4 })
  return expectValue<{ dropId: string }>(reply).dropId
}

function put(dropId: string, index: number, body = 'x') {
  const url = scene.origin + browserBridge.stagingUrl(dropId, `IMG_${index}.jpg`, 1, index)
  return fetch(url, { method: 'PUT', body, headers: { authorization: `Bearer ${scene.token}` } })
}

/** Begins a file of four bytes and sends but one. */
async function beginSlowly(dropId: string, index: number): Promise<Socket> {
  const socket = connect(scene.port, '127.0.0.1')
  await once(socket, 'connect')
  const head = [
    `PUT ${browserBridge.stagingUrl(dropId, `IMG_${index}.jpg`, 1, index)} HTTP/1.1`,
    `Host: localhost:${scene.port}`,
    `Authorization: Bearer ${scene.token}`,
    'Content-Length: 4',
    'Connection: close',
  ]
  socket.write(`${head.join('\r\n')}\r\n\r\nx`)
  return socket
}

const added = (dropId: string) => scene.client.staged.get(dropId)?.files.map((file) => file.relativePath)
const named = (...places: readonly number[]) => places.map((place) => `IMG_${place}.jpg`)

describe('the files of a drop', () => {
  it('enter in their order, however slow the first one is', async () => {
    const dropId = await begin()
    const slow = await beginSlowly(dropId, 0)
    const others = [3, 1, 2].map((index) => put(dropId, index))
    // Longer than a missing file is waited for: this one is not missing, only slow.
    await new Promise((resolve) => setTimeout(resolve, 800))
    expect(added(dropId)).toEqual([])
    slow.write('yes')
    for (const answer of await Promise.all(others)) expect(answer.status).toBe(201)
    expect(added(dropId)).toEqual(named(0, 1, 2, 3))
  })

  it('go on without one that breaks off, which comes later', async () => {
    const dropId = await begin()
    const broken = await beginSlowly(dropId, 0)
    const others = [1, 2].map((index) => put(dropId, index))
    await new Promise((resolve) => setTimeout(resolve, 100))
    broken.destroy()
    await Promise.all(others)
    expect(added(dropId)).toEqual(named(1, 2))
    expect((await put(dropId, 0)).status).toBe(201)
    expect(added(dropId)).toEqual(named(1, 2, 0))
  })

  it('go on without one that never comes', async () => {
    const dropId = await begin()
    await Promise.all([4, 3, 2].map((index) => put(dropId, index)))
    expect(added(dropId)).toEqual(named(2, 3, 4))
  })
})

it('a missing place is waited for half a second, and once it was given up it holds up nobody again', async () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const order = new ArrivalOrder()
  for (const place of [7, 8]) order.begin(place)
  let isTurnOf7 = false
  const turnOf7 = order.turnOf(7).then(() => {
    isTurnOf7 = true
  })
  await vi.advanceTimersByTimeAsync(499)
  expect(isTurnOf7).toBe(false)
  await vi.advanceTimersByTimeAsync(1)
  await turnOf7
  order.end(7)
  // The clock stands still from here on.
  await order.turnOf(8)
  order.end(8)
  order.begin(9)
  await order.turnOf(9)
})
