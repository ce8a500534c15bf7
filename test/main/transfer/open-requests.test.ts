import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, it, onTestFinished, vi } from 'vitest'
import { BrokenOff, OpenRequests } from '../../../src/main/transfer/open-requests.ts'
import { createServerApi } from '../../../src/main/transfer/server-api.ts'

/** Lets so much time pass on the monotonic clock alone. */
function later(ms: number): void {
  const now = performance.now.bind(performance)
  vi.spyOn(performance, 'now').mockImplementation(() => now() + ms)
  onTestFinished(() => void vi.restoreAllMocks())
}

it('breaks off a request over a connection on which nobody answers, and no other', async () => {
  const asked = Promise.withResolvers<void>()
  const server = createServer(() => asked.resolve()).listen(0, '127.0.0.1')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  await new Promise((resolve) => server.once('listening', resolve))
  const api = createServerApi({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token: 'x',
  })
  const chunk = { taskId: 't', chunkIndex: 0, bytes: Buffer.from('bytes'), completeAs: undefined }
  const sent = api.putChunk(chunk, new AbortController().signal).catch((thrown: unknown) => thrown)
  await asked.promise
  api.breakOffSilent(0)
  expect(await Promise.race([sent, pause(50)])).toBe(undefined)
  later(6_000)
  // It moved after the trouble began.
  api.breakOffSilent(60_000)
  expect(await Promise.race([sent, pause(50)])).toBe(undefined)
  api.breakOffSilent(1_000)
  expect(await sent).toBeInstanceOf(BrokenOff)
  api.close()
})

it('breaks off nothing that the limit on bandwidth holds back', () => {
  const requests = new OpenRequests()
  const [held, silent] = [requests.begin(), requests.begin()]
  held.hold(true)
  later(10_000)
  requests.breakOffSilent(0)
  expect([held.signal.aborted, silent.signal.aborted]).toEqual([false, true])
})
