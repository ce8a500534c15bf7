/** Browser mode's receipts over real HTTP: streamed as a file to the page that holds the token. */
import { expect, it, vi } from 'vitest'
import { browserBridge } from '../../../src/shared/browser-bridge.ts'
import { UploadError } from '../../../src/shared/protocol/errors.ts'
import { openScene, type Scene } from './page-client.ts'

const ask = (scene: Scene, path: string, headers: Record<string, string> = {}) =>
  fetch(scene.origin + path, { headers: { Authorization: `Bearer ${scene.token}`, ...headers } })

/** Lines of a receipt that is larger than what is ever held at once, one by one. */
function* manyLines() {
  for (let line = 0; line < 60_000; line++) yield `${line},${'x'.repeat(500)}\r\n`
}

it('sends a receipt as a file with its own name, made while it is read', async () => {
  await using scene = await openScene()
  const parts = manyLines()
  vi.spyOn(scene.client.history, 'receipt').mockResolvedValue({ fileName: "Anna's 婚礼 receipt.csv", parts })
  const answer = await ask(scene, browserBridge.receiptUrl('batch-1', 'csv'))
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8')
  expect(answer.headers.get('content-disposition')).toBe(
    "attachment; filename*=UTF-8''Anna%27s%20%E5%A9%9A%E7%A4%BC%20receipt.csv",
  )
  // Nobody has read it yet: most of it is not even made.
  expect(parts.next().done).toBe(false)
  expect((await answer.text()).split('\r\n').length).toBeGreaterThan(59_999)
  expect(scene.reported).toEqual([])
})

it('lets nobody in without the token, and says what it does not know', async () => {
  await using scene = await openScene()
  const path = browserBridge.receiptUrl('batch-1', 'json')
  expect((await fetch(scene.origin + path)).status).toBe(401)
  expect((await ask(scene, path, { Origin: 'https://evil.example' })).status).toBe(403)
  for (const wrong of [
    '/receipt/batch-1',
    '/receipt/batch-1?format=exe',
    '/receipt/..%2Fsettings?format=csv',
  ]) {
    expect([wrong, (await ask(scene, wrong)).status]).toEqual([wrong, 400])
  }
  vi.spyOn(scene.client.history, 'receipt').mockRejectedValue(
    new UploadError('not-found', 'Nothing is known.'),
  )
  const answer = await ask(scene, path)
  expect([answer.status, await answer.json()]).toMatchObject([404, { error: { code: 'not-found' } }])
})

it('lives on when the page leaves in the middle', async () => {
  await using scene = await openScene()
  const path = browserBridge.receiptUrl('batch-1', 'csv')
  vi.spyOn(scene.client.history, 'receipt').mockResolvedValue({ fileName: 'a.csv', parts: manyLines() })
  const leaving = new AbortController()
  const headers = { Authorization: `Bearer ${scene.token}` }
  const answer = await fetch(scene.origin + path, { headers, signal: leaving.signal })
  leaving.abort()
  await expect(answer.text()).rejects.toThrow()
  vi.spyOn(scene.client.history, 'receipt').mockResolvedValue({ fileName: 'a.csv', parts: ['whole'] })
  expect(await (await ask(scene, path)).text()).toBe('whole')
  expect(scene.reported).toEqual([])
})
