/** Listings of real folders, as the page chooses from them. */
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listFolder, maxEntries } from '../../../src/main/browser/folder-list.ts'
import { asAnybody } from '../../as-anybody.ts'
import { temporaryFolder } from '../../temporary-folder.ts'

let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ferry-list-'))
})
afterAll(() => rm(dir, { recursive: true, force: true }))

describe('a listing', () => {
  it('shows folders first, in natural order, without hidden entries and without what is neither', async () => {
    const folder = join(dir, 'mixed')
    for (const name of ['Day 10', 'day 2', '.cache']) await mkdir(join(folder, name), { recursive: true })
    for (const name of ['IMG_10.jpg', 'IMG_9.jpg', '.DS_Store']) await writeFile(join(folder, name), 'four')
    await symlink(join(folder, 'day 2'), join(folder, 'a link'))
    await symlink('/nowhere', join(folder, 'broken'))
    const listing = await listFolder(folder)
    expect(listing.entries.map(({ name, kind, size }) => [name, kind, size])).toEqual([
      ['a link', 'folder', 0],
      ['day 2', 'folder', 0],
      ['Day 10', 'folder', 0],
      ['IMG_9.jpg', 'file', 4],
      ['IMG_10.jpg', 'file', 4],
    ])
    expect(listing.entries[0]?.path).toBe(join(folder, 'a link'))
    expect(listing).toMatchObject({ path: folder, parent: dir })
  })

  it('begins at the home folder and ends at the top', async () => {
    expect((await listFolder(null)).path).toBe(homedir())
    expect((await listFolder('/')).parent).toBe(null)
  })

  it('has a bound', async () => {
    const folder = join(dir, 'huge')
    await mkdir(folder)
    const names = Array.from({ length: maxEntries + 5 }, (_, n) => join(folder, `${n}`))
    for (let from = 0; from < names.length; from += 500) {
      await Promise.all(names.slice(from, from + 500).map((name) => writeFile(name, '')))
    }
    expect((await listFolder(folder)).entries).toHaveLength(maxEntries)
  })

  it('says why a folder cannot be listed', async () => {
    await expect(listFolder('photos')).rejects.toMatchObject({ code: 'bad-request' })
    await expect(listFolder('/nul\0')).rejects.toMatchObject({ code: 'bad-request' })
    await expect(listFolder(join(dir, 'none'))).rejects.toMatchObject({ code: 'source-missing' })
    await writeFile(join(dir, 'file'), '')
    await expect(listFolder(join(dir, 'file'))).rejects.toMatchObject({ code: 'source-unreadable' })
  })

  it('says so when it may not read the folder', async () => {
    await asAnybody(async () => {
      const locked = join(temporaryFolder(), 'locked')
      await mkdir(locked)
      await chmod(locked, 0)
      await expect(listFolder(locked)).rejects.toMatchObject({
        code: 'source-unreadable',
        message: `Can't read the folder ${locked}. Check its permissions.`,
      })
    })
  })
})
