/** Browser mode's thumbnails over real HTTP: for the page that holds the token, by id, and cheap when asked for again. */
import { expect, it, vi } from 'vitest'
import { UploadError } from '../../../src/shared/protocol/errors.ts'
import { thumbnailUrl } from '../../../src/shared/thumbnails.ts'
import { openScene, type Scene } from './page-client.ts'

const webp = Buffer.from('a picture')

async function sceneWithPicture() {
  const scene = await openScene()
  const asked = vi.spyOn(scene.client.files, 'thumbnail').mockImplementation(async (itemId) => {
    if (itemId === 'busy') throw new UploadError('too-many-requests', 'Ask again.')
    return itemId === 'photo' ? { key: 'abc', webp } : null
  })
  return { scene, asked }
}

const ask = (scene: Scene, path: string, headers: Record<string, string> = {}) =>
  fetch(scene.origin + path, { headers: { Authorization: `Bearer ${scene.token}`, ...headers } })

it('sends a picture that the page may keep but must ask about again', async () => {
  const { scene } = await sceneWithPicture()
  await using _ = scene
  const answer = await ask(scene, thumbnailUrl('photo', 'row'))
  expect([answer.status, await answer.text()]).toEqual([200, 'a picture'])
  expect(answer.headers.get('content-type')).toBe('image/webp')
  expect(answer.headers.get('cache-control')).toBe('private, no-cache')
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
  const etag = answer.headers.get('etag') ?? ''
  expect((await ask(scene, thumbnailUrl('photo', 'row'), { 'If-None-Match': etag })).status).toBe(304)
  expect((await ask(scene, thumbnailUrl('none', 'row'))).status).toBe(204)
  expect((await ask(scene, thumbnailUrl('busy', 'row'))).status).toBe(429)
  expect(scene.reported).toEqual([])
})

it('lets nobody in without the token, from another page, or by anything but an id and a size', async () => {
  const { scene, asked } = await sceneWithPicture()
  await using _ = scene
  const path = thumbnailUrl('photo', 'row')
  expect((await fetch(scene.origin + path)).status).toBe(401)
  expect((await ask(scene, path, { Authorization: 'Bearer wrong' })).status).toBe(401)
  expect((await ask(scene, path, { Origin: 'https://evil.example' })).status).toBe(403)
  expect((await fetch(scene.origin + path, { method: 'POST' })).status).toBe(405)
  for (const wrong of ['photo', 'photo?size=9999', 'a/b?size=row', '%E0%A4%A?size=row']) {
    expect([wrong, (await ask(scene, `/thumbnail/${wrong}`)).status]).toEqual([wrong, 400])
  }
  expect(asked).not.toHaveBeenCalled()
})

it('tells the client when the page wants the picture no more', async () => {
  const { scene, asked } = await sceneWithPicture()
  await using _ = scene
  const given = Promise.withResolvers<AbortSignal>()
  asked.mockImplementation((_id, _size, signal) => {
    given.resolve(signal)
    return new Promise(() => undefined)
  })
  const leaving = new AbortController()
  const headers = { Authorization: `Bearer ${scene.token}` }
  const fetched = fetch(scene.origin + thumbnailUrl('photo', 'row'), { headers, signal: leaving.signal })
  const signal = await given.promise
  leaving.abort()
  await expect(fetched).rejects.toThrow()
  await expect.poll(() => signal.aborted).toBe(true)
})
