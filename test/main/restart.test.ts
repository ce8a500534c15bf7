import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { serve } from '../crossing/programs.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { openTestClient, writeFiles } from './a-client.ts'

describe('the report after a restart', () => {
  it('says what is safe, what goes on, what changed, what is missing and what was not uploaded, with the way to each', async () => {
    const folder = temporaryFolder()
    const state = join(folder, 'state')
    const server = await serve(join(folder, 'data'))
    const first = await openTestClient(state, server)
    await first.client.intake.addPaths([writeFiles(join(folder, 'done'), { 'safe.jpg': 3, 'empty.jpg': 0 })])
    await first.client.whenIdle()
    await first.client.stop()
    const nowhere = { url: 'http://127.0.0.1:9', token: '' }
    const away = await openTestClient(state, nowhere)
    const files = { 'same.jpg': 3, 'changed.jpg': 3, 'gone.jpg': 3, 'paused.jpg': 3 }
    const source = writeFiles(join(folder, 'in'), files)
    await away.client.intake.addPaths([source])
    await expect.poll(() => away.rows().length).toBe(6)
    await away.client.queue.pause({ itemIds: [away.row('paused.jpg').id] })
    await away.client.stop()
    writeFileSync(join(source, 'changed.jpg'), 'other pixels')
    rmSync(join(source, 'gone.jpg'))

    const again = await openTestClient(state, nowhere)
    const report = () => again.events.at(-1)?.overview.restart
    await expect
      .poll(report)
      .toMatchObject({ checking: false, safe: 1, goingOn: 3, changed: 1, missing: 1, notUploaded: 1 })
    expect(again.client.restart.items('notUploaded')).toEqual([again.row('empty.jpg').id])
    expect(again.client.restart.items('safe')).toEqual([again.row('safe.jpg').id])
    expect(again.client.restart.items('changed')).toEqual([again.row('changed.jpg').id])
    expect(again.client.restart.items('missing')).toEqual([again.row('gone.jpg').id])
    expect(again.client.restart.items('goingOn')).toHaveLength(3)
    await expect.poll(again.statuses).toMatchObject({ 'gone.jpg': 'failed', 'paused.jpg': 'paused' })
    await expect.poll(() => again.row('changed.jpg').size).toBe(12)
    await again.client.stop()

    // What nobody has dismissed is told after the next restart too, though nothing looks odd by then.
    const third = await openTestClient(state, nowhere)
    const told = () => third.events.at(-1)?.overview.restart
    await expect.poll(told).toMatchObject({ checking: false, safe: 1, goingOn: 3, changed: 1, missing: 1 })
    expect(third.client.restart.items('missing')).toEqual([third.row('gone.jpg').id])
    third.client.restart.dismiss()
    await expect.poll(told).toBe(null)
    await third.client.stop()
    const fourth = await openTestClient(state, nowhere)
    const last = () => fourth.events.at(-1)?.overview.restart
    await expect.poll(last).toMatchObject({ checking: false, goingOn: 3, changed: 0, missing: 0 })
  })

  it('follows its files, whatever else is added, and goes when all of them are finished', async () => {
    const folder = temporaryFolder()
    const state = join(folder, 'state')
    const server = await serve(join(folder, 'data'))
    const away = await openTestClient(state, { url: 'http://127.0.0.1:9', token: '' })
    const files = { 'a.jpg': 3, 'b.jpg': 3, 'paused.jpg': 3 }
    await away.client.intake.addPaths([writeFiles(join(folder, 'in'), files)])
    await expect.poll(() => away.rows().length).toBe(3)
    await away.client.queue.pause({ itemIds: [away.row('paused.jpg').id] })
    await away.client.stop()

    const again = await openTestClient(state, server)
    const report = () => again.events.at(-1)?.overview.restart
    // Of another batch: it is not the report's, and keeps it from nothing.
    await again.client.intake.addPaths([writeFiles(join(folder, 'other'), { 'later.jpg': 5 })])
    await again.client.whenIdle()
    await expect.poll(report).toMatchObject({ safe: 2, goingOn: 1 })
    expect(again.client.restart.items('goingOn')).toEqual([again.row('paused.jpg').id])
    await again.client.queue.resume({ all: true })
    await again.client.whenIdle()
    await expect.poll(report).toBe(null)
  })

  it('forgets files that leave the list, and counts them again when that is undone', async () => {
    const folder = temporaryFolder()
    const nowhere = { url: 'http://127.0.0.1:9', token: '' }
    const first = await openTestClient(join(folder, 'state'), nowhere)
    await first.client.intake.addPaths([writeFiles(join(folder, 'in'), { 'a.jpg': 3, 'b.jpg': 3 })])
    await expect.poll(() => first.rows().length).toBe(2)
    await first.client.stop()
    const again = await openTestClient(join(folder, 'state'), nowhere)
    const report = () => again.events.at(-1)?.overview.restart
    await expect.poll(report).toMatchObject({ checking: false, goingOn: 2 })
    const { undoId } = await again.client.queue.remove({ itemIds: [again.row('a.jpg').id] })
    await expect.poll(report).toMatchObject({ goingOn: 1 })
    await again.client.queue.undo(undoId ?? '')
    await expect.poll(report).toMatchObject({ goingOn: 2 })
    await again.client.queue.remove({ all: true })
    await expect.poll(report).toBe(null)
  })

  it('is none where nothing was left to do', async () => {
    const folder = temporaryFolder()
    const server = await serve(join(folder, 'data'))
    const first = await openTestClient(join(folder, 'state'), server)
    await first.client.intake.addPaths([writeFiles(join(folder, 'in'), { 'a.jpg': 3 })])
    await first.client.whenIdle()
    await first.client.stop()
    const again = await openTestClient(join(folder, 'state'), server)
    await expect.poll(() => again.events.at(-1)?.overview.restart).toBe(null)
  })
})
