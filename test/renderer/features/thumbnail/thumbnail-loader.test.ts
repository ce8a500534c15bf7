/** Thumbnails are fetched a few at a time, for what is in sight now, and once. */
import { describe, expect, it } from 'vitest'
import { ThumbnailLoader } from '../../../../src/renderer/features/thumbnail/thumbnail-loader.ts'

function scene() {
  const asked: string[] = []
  const revoked: string[] = []
  const answers = new Map<string, PromiseWithResolvers<Blob | null>>()
  const clock = { ms: 0 }
  let urls = 0
  const loader = new ThumbnailLoader({
    fetch: (itemId) => {
      asked.push(itemId)
      const answer = Promise.withResolvers<Blob | null>()
      answers.set(itemId, answer)
      return answer.promise
    },
    createUrl: () => `blob:${++urls}`,
    revokeUrl: (url) => revoked.push(url),
    now: () => clock.ms,
  })
  const answer = async (itemId: string, picture: Blob | null = new Blob(['x'])) => {
    answers.get(itemId)?.resolve(picture)
    await new Promise((resolve) => setTimeout(resolve))
  }
  return { loader, asked, revoked, clock, answer, answers }
}

const staying = new AbortController().signal

describe('the thumbnail loader', () => {
  it('asks for four at once, then for the newest wish', async () => {
    const { loader, asked, answer } = scene()
    for (const itemId of ['a', 'b', 'c', 'd', 'e', 'f']) void loader.load(itemId, 'row', staying)
    expect(asked).toEqual(['a', 'b', 'c', 'd'])
    await answer('a')
    expect(asked.slice(4)).toEqual(['f'])
    await answer('b')
    expect(asked.slice(5)).toEqual(['e'])
  })

  it('never asks for what was scrolled away before its turn', async () => {
    const { loader, asked, answer } = scene()
    for (const itemId of ['a', 'b', 'c', 'd']) void loader.load(itemId, 'row', staying)
    const leaving = new AbortController()
    const gone = loader.load('gone', 'row', leaving.signal)
    void loader.load('e', 'row', staying)
    leaving.abort()
    await expect(gone).rejects.toThrow('abort')
    await answer('a')
    await answer('b')
    expect(asked).toEqual(['a', 'b', 'c', 'd', 'e'])
  })

  it('remembers pictures for the session, their absence for half a minute, and failures not at all', async () => {
    const { loader, asked, answer, answers, clock } = scene()
    const first = loader.load('a', 'row', staying)
    await answer('a')
    expect([await first, loader.known('a', 'row'), loader.known('a', 'detail')]).toEqual([
      'blob:1',
      'blob:1',
      undefined,
    ])
    expect(await loader.load('a', 'row', staying)).toBe('blob:1')
    const none = loader.load('none', 'row', staying)
    await answer('none', null)
    expect([await none, loader.known('none', 'row')]).toEqual([null, null])
    clock.ms = 31_000
    expect(loader.known('none', 'row')).toBeUndefined()
    const failed = loader.load('lost', 'row', staying)
    answers.get('lost')?.reject(new Error('offline'))
    await expect(failed).rejects.toThrow('offline')
    expect(loader.known('lost', 'row')).toBeUndefined()
    expect(asked).toEqual(['a', 'none', 'lost'])
  })

  it('gives the memory of those back that were looked at longest ago', async () => {
    const { loader, answer, revoked } = scene()
    for (let nth = 0; nth < 401; nth++) {
      void loader.load(`item-${nth}`, 'row', staying)
      await answer(`item-${nth}`)
      loader.known('item-0', 'row')
    }
    expect(revoked).toEqual(['blob:2'])
    expect(loader.known('item-0', 'row')).toBe('blob:1')
  })
})
