/** Sending files from the page to PhotoFerry: four at once, a failure stops nothing, a restart is survived. */
import { describe, expect, it } from 'vitest'
import {
  type SendHost,
  type SendResult,
  sendFiles,
} from '../../../../src/renderer/features/intake/send-files.ts'

const items = Array.from({ length: 20 }, (_, index) => `IMG_${index}.jpg`)
const ignore = () => undefined

function hostWith(put: (dropId: string, item: string, place: number) => SendResult) {
  const log = { begun: [] as number[], finished: [] as string[], atOnce: 0, mostAtOnce: 0 }
  const host: SendHost<string> = {
    begin: async (files) => `drop-${log.begun.push(files.length)}`,
    send: async (dropId, item, place) => {
      log.atOnce += 1
      log.mostAtOnce = Math.max(log.mostAtOnce, log.atOnce)
      await Promise.resolve()
      log.atOnce -= 1
      return put(dropId, item, place)
    },
    finish: async (dropId) => {
      log.finished.push(dropId)
    },
    whenOnline: async () => undefined,
  }
  return { host, log }
}

describe('sendFiles', () => {
  it('sends every file once, four at a time, and then finishes the drop', async () => {
    const got: string[] = []
    const { host, log } = hostWith((_, item) => {
      got.push(item)
      return { kind: 'ok' }
    })
    const progress: number[] = []
    expect(await sendFiles(items, host, ({ sent }) => progress.push(sent))).toEqual([])
    expect(got.sort()).toEqual([...items].sort())
    expect(log).toMatchObject({ begun: [20], finished: ['drop-1'], mostAtOnce: 4 })
    expect(progress.at(0)).toBe(0)
    expect(progress.at(-1)).toBe(20)
  })

  it('reports a refused file with its reason and goes on', async () => {
    const { host } = hostWith((_, item) =>
      item === 'IMG_3.jpg' ? { kind: 'failed', reason: 'Disk full.' } : { kind: 'ok' },
    )
    const progress: number[] = []
    const unsent = await sendFiles(items, host, ({ sent }) => progress.push(sent))
    expect(unsent).toEqual([{ item: 'IMG_3.jpg', reason: 'Disk full.' }])
    expect(progress.at(-1)).toBe(19)
  })

  it('tries a file again after the connection was lost', async () => {
    let lost = 0
    const { host } = hostWith((_, item) => {
      if (item !== 'IMG_5.jpg' || lost === 3) return { kind: 'ok' }
      lost += 1
      return { kind: 'offline', reason: 'Lost.' }
    })
    expect(await sendFiles(items, host, ignore)).toEqual([])
    expect(lost).toBe(3)
  })

  it('begins one new drop for all that is left when PhotoFerry no longer knows the first', async () => {
    let puts = 0
    const { host, log } = hostWith((dropId) => {
      puts += 1
      return dropId === 'drop-1' && puts > 10 ? { kind: 'gone', reason: 'Gone.' } : { kind: 'ok' }
    })
    expect(await sendFiles(items, host, ignore)).toEqual([])
    expect(log.begun).toHaveLength(2)
    expect(log.finished).toEqual(['drop-2'])
  })

  it('tells each file its place in the drop, counted anew in one that is begun later', async () => {
    const places = new Map<string, number[]>()
    const { host } = hostWith((dropId, item, place) => {
      if (dropId === 'drop-1' && items.indexOf(item) >= 10) return { kind: 'gone', reason: 'Gone.' }
      places.set(dropId, [...(places.get(dropId) ?? []), place])
      return { kind: 'ok' }
    })
    await sendFiles(items, host, ignore)
    expect(places.get('drop-1')).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(places.get('drop-2')?.sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  it('gives up on a file that never gets through', async () => {
    const { host } = hostWith(() => ({ kind: 'offline', reason: 'Lost.' }))
    expect(await sendFiles(['a.jpg'], host, ignore)).toEqual([{ item: 'a.jpg', reason: 'Lost.' }])
  })
})
