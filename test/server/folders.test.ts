import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { type FileOperations, nodeFiles } from '../../server/storage/disk/file-operations.ts'
import { DiskFolders } from '../../server/storage/disk/folders.ts'
import { temporaryFolder } from './harness.ts'

/** Real folders, of which one can't be synced until `release`; `synced` names those that were, in their order. */
function heldAt(held: string) {
  const { promise, resolve: release } = Promise.withResolvers<void>()
  const synced: string[] = []
  const open: FileOperations['open'] = async (path, ...rest) => {
    const handle = await nodeFiles.open(path, ...rest)
    if (path === held) await promise
    synced.push(String(path))
    return handle
  }
  return { files: { ...nodeFiles, open }, release, synced }
}

describe('the folders of stored files', () => {
  it('count as durable for another file only when all their parents are', async () => {
    const root = temporaryFolder()
    const folder = join(root, 'a', 'b', 'c')
    mkdirSync(folder, { recursive: true })
    const { files, release, synced } = heldAt(root)
    const folders = new DiskFolders(files, root)
    const first = folders.makeDurable(folder)
    await expect.poll(() => synced).toEqual([folder, join(root, 'a', 'b'), join(root, 'a')])
    let isSecondDurable = false
    const second = folders.makeDurable(folder).then(() => {
      isSecondDurable = true
    })
    await expect.poll(() => synced.filter((path) => path === folder)).toHaveLength(2)
    for (let turn = 0; turn < 50; turn += 1) await nextTurn()
    expect(isSecondDurable).toBe(false)
    release()
    await Promise.all([first, second])
    expect(synced).toContain(root)
  })

  it('are synced once more after one of them was missing', async () => {
    const root = temporaryFolder()
    const folder = join(root, 'a', 'b')
    const { files, release, synced } = heldAt('')
    release()
    const folders = new DiskFolders(files, root)
    await folders.create(folder)
    await folders.makeDurable(folder)
    synced.length = 0
    await folders.makeDurable(folder)
    expect(synced).toEqual([folder])
    await folders.create(folder)
    await folders.makeDurable(folder)
    expect(synced).toEqual([folder, folder, join(root, 'a'), root])
  })
})
