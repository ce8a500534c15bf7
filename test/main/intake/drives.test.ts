import { renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Drives } from '../../../src/main/intake/drives.ts'
import { fileAccessError } from '../../../src/main/intake/source-file.ts'
import type { Volume } from '../../../src/main/volumes/volume.ts'
import type { DropRoot } from '../../../src/shared/batch.ts'
import { UploadError } from '../../../src/shared/protocol/errors.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { type Card, CardReader } from '../drives-scene.ts'

const file = { sourcePath: '/x/a.jpg', relativePath: 'CARD_1/a.jpg', mtimeMs: 1 }

async function scene() {
  const reader = new CardReader(temporaryFolder())
  const card = reader.card('CARD_1', 'uuid:1', { 'DCIM/a.jpg': 3, 'b.jpg': 3 })
  const place = reader.plugIn(card)
  const drives = new Drives(reader)
  const [root] = await drives.rootsOf([place])
  return { reader, card, place, drives, root: root as DropRoot }
}

const codeOf = (thrown: unknown) => (thrown instanceof UploadError ? thrown.code : thrown)
const failure = (errno: string) =>
  fileAccessError(file, errno, Object.assign(new Error(errno), { code: errno }))

describe('the drives of a drop', () => {
  it('are noted for folders and for files on a drive, not for a file of this computer or for nothing', async () => {
    const { reader, place, drives } = await scene()
    const drive = { name: 'CARD_1', mountPoint: place, id: 'uuid:1' }
    expect(await drives.rootsOf([join(place, 'DCIM')])).toEqual([{ root: join(place, 'DCIM'), ...drive }])
    expect(await drives.rootsOf([join(place, 'b.jpg'), join(place, 'DCIM', 'a.jpg')])).toEqual([
      { root: place, ...drive },
    ])
    const here: Card = reader.card('here', null, { 'c.jpg': 3 })
    expect(await drives.rootsOf([join(here.away, 'c.jpg'), join(here.away, 'none')])).toEqual([])
    expect(await drives.rootsOf([here.away])).toMatchObject([{ root: here.away, mountPoint: null, id: null }])
    const many = Array.from({ length: 5_000 }, (_, index) => join(place, 'DCIM', `${index}.jpg`))
    expect(await drives.rootsOf(many)).toEqual([{ root: place, ...drive }])
  })

  it('explain a file that can’t be read by the drive that is gone, and by nothing else', async () => {
    const { reader, card, place, drives, root } = await scene()
    expect(codeOf(await drives.explain(root, failure('ENOENT')))).toBe('source-missing')
    expect(codeOf(await drives.explain(root, failure('EACCES')))).toBe('source-unreadable')
    expect(codeOf(await drives.explain(root, new UploadError('connection-lost', 'x')))).toBe(
      'connection-lost',
    )
    reader.pullOut(card)
    expect(codeOf(await drives.explain(root, failure('ENOENT')))).toBe('drive-away')
    expect(await drives.explain(root, failure('EIO'))).toMatchObject({
      code: 'drive-away',
      message: 'Waiting for CARD_1. Connect it again: the upload then continues by itself.',
      facts: { kind: 'drive-away', name: 'CARD_1' },
    })
    reader.plugIn(card)
    renameSync(join(place, 'DCIM'), join(place, 'OLD'))
    const [folder] = await drives.rootsOf([join(place, 'OLD')])
    rmSync(join(place, 'OLD'), { recursive: true })
    expect(await drives.explain(folder as DropRoot, failure('ENOENT'))).toMatchObject({
      facts: { name: 'OLD' },
    })
  })

  it('are given some time where the system reports a broken drive before it notices that none is there', async () => {
    const { reader, card, drives, root } = await scene()
    const explained = ['EIO', 'ENODEV'].map((errno) => drives.explain(root, failure(errno)))
    setTimeout(() => reader.pullOut(card), 500)
    expect((await Promise.all(explained)).map(codeOf)).toEqual(['drive-away', 'drive-away'])
    reader.plugIn(card)
    expect(codeOf(await drives.explain(root, failure('EIO')))).toBe('source-unreadable')
  })

  it('are looked for by their own id alone where they are connected, and on no share but their own', async () => {
    const { reader, card, drives, root } = await scene()
    const other = reader.card('OTHER', 'uuid:2', { 'b.jpg': 3 })
    reader.plugIn(other)
    expect((await drives.places(root)).map(({ likeness }) => likeness)).toEqual(['same'])
    reader.pullOut(card)
    expect((await drives.places(root)).map(({ likeness }) => likeness)).toEqual(['other'])
    const place = reader.plugIn(card, 'CARD_2')
    expect(await drives.places(root)).toMatchObject([{ root: { root: place, mountPoint: place } }])
    const share: Volume = { name: 'photos', mountPoint: place, id: 'share://nas/photos', remote: true }
    const withShare = new Drives({ at: async () => share, list: async () => [share] })
    expect(await withShare.places(root)).toEqual([])
  })
})
