import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../temporary-folder.ts'
import { writePhoto } from '../photos.ts'
import { pictureOf, program, seen, sourceOf, thumbnails, unaborted, upright } from './a-thumbnail.ts'

describe('the thumbnails of a state folder', () => {
  it('are made once: they survive a restart, also when the file is gone, and are made again when it changes', async () => {
    const folder = temporaryFolder()
    const stateDir = temporaryFolder()
    const path = await writePhoto(folder, 'IMG.jpg')
    const source = sourceOf(path)
    const first = await thumbnails({ stateDir }).picture(source, 'row', unaborted)
    renameSync(path, `${path}.gone`)
    // No worker can be started here: what is found now comes from the cache.
    const later = thumbnails({ stateDir, program: { ...program, nodePath: '/nowhere/node' } })
    expect(await later.picture(source, 'row', unaborted)).toEqual(first)
    await writePhoto(folder, 'IMG.jpg', { width: 600, height: 200 })
    utimesSync(path, 1, 1)
    expect(await later.picture(source, 'row', unaborted)).toBeNull()
    const anew = await thumbnails({ stateDir }).picture(source, 'row', unaborted)
    expect((await seen(anew?.webp ?? null)).width).toBe(288)
  })

  it('use no more space than allowed: the least recently used ones are deleted', async () => {
    const folder = temporaryFolder()
    const stateDir = temporaryFolder()
    const paths = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        writePhoto(folder, `IMG_${index}.jpg`, { width: 600, height: 400 }),
      ),
    )
    const one = (await pictureOf(thumbnails(), paths[0] ?? ''))?.length ?? 0
    const all = thumbnails({ stateDir, maxBytes: one * 4.5 })
    for (const path of paths.slice(0, 4)) await pictureOf(all, path)
    await pictureOf(all, paths[0] ?? '')
    await pictureOf(all, paths[4] ?? '')
    const kept = () => readdirSync(join(stateDir, 'thumbnails'))
    expect(kept().length).toBeLessThanOrEqual(4)
    const atRest = thumbnails({
      stateDir,
      program: { ...program, nodePath: '/nowhere/node' },
      maxBytes: one * 4.5,
    })
    expect(await pictureOf(atRest, paths[0] ?? '')).not.toBeNull()
    expect(await pictureOf(atRest, paths[1] ?? '')).toBeNull()
    for (const path of paths) await pictureOf(all, path)
    expect(kept().length).toBeLessThanOrEqual(4)
    expect(kept().every((name) => name.endsWith('.webp'))).toBe(true)
  })

  it('are made once for all requests at the same time, and not at all for those aborted before their turn', async () => {
    const folder = temporaryFolder()
    const stateDir = temporaryFolder()
    const all = thumbnails({ stateDir, limits: { processes: 1 } })
    const [first = '', second = '', third = ''] = await Promise.all(
      ['a', 'b', 'c'].map((name) => writePhoto(folder, `${name}.jpg`)),
    )
    const gone = new AbortController()
    const asked = [first, first, second, third].map((path) =>
      all.picture(sourceOf(path), 'row', path === second ? gone.signal : unaborted),
    )
    gone.abort()
    const [one, same, none, other] = await Promise.all(asked)
    expect(one?.webp).toBe(same?.webp)
    expect(none).toBeNull()
    expect(other).not.toBeNull()
    expect(readdirSync(join(stateDir, 'thumbnails')).length).toBe(2)
    // A row that comes back asks again.
    expect(await pictureOf(all, second, 'row')).not.toBeNull()
  })

  it('are cleared of unfinished drafts, and of what a power cut left incomplete', async () => {
    const stateDir = temporaryFolder()
    const path = await writePhoto(temporaryFolder(), 'IMG.jpg')
    await pictureOf(thumbnails({ stateDir }), path, 'row')
    const kept = join(stateDir, 'thumbnails')
    const [name = ''] = readdirSync(kept)
    writeFileSync(join(kept, name), Buffer.alloc(100))
    writeFileSync(join(kept, 'draft.part'), 'half')
    mkdirSync(join(kept, 'folder'))
    expect((await seen(await pictureOf(thumbnails({ stateDir }), path, 'row'))).corners).toEqual(upright)
    expect(readdirSync(kept)).toEqual([name])
  })

  it('are icons if a photo takes its process down; a new process makes those after it', async () => {
    const folder = temporaryFolder()
    const entry = new URL('./unruly-thumbnail-worker.ts', import.meta.url)
    const limits = { processes: 1, timeoutMs: 8_000 }
    const all = thumbnails({ program: { ...program, entry }, limits })
    const good = await writePhoto(folder, 'good.jpg')
    const bad = await Promise.all(
      ['segv', 'rubbish', 'greedy', 'hang'].map((name) => writePhoto(folder, `${name}.jpg`)),
    )
    const found = await Promise.all([...bad, good].map((path) => pictureOf(all, path, 'row')))
    expect(found.map((picture) => picture !== null)).toEqual([false, false, false, false, true])
    expect(await all.facts(sourceOf(bad[0] ?? ''))).toBeNull()
  })

  it.skipIf(process.platform === 'win32')('do not wait for a pipe that has a photo’s name', async () => {
    const folder = temporaryFolder()
    const path = await writePhoto(folder, 'IMG.jpg')
    const source = sourceOf(path)
    rmSync(path)
    execFileSync('mkfifo', [path])
    expect(await thumbnails().picture(source, 'row', unaborted)).toBeNull()
  })
})
