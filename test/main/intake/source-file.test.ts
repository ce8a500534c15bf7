import { lstatSync, rmSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type FileSystemTraits, linuxTraits } from '../../../src/main/intake/file-system.ts'
import { sizeProblem } from '../../../src/main/intake/size-limit.ts'
import { isSameVersion, openSource, stampOf, stampSource } from '../../../src/main/intake/source-file.ts'
import { temporaryFolder } from '../../temporary-folder.ts'

describe('a source that is not there', () => {
  it('is a mistyped path when it was never seen, and a lost file when it was', async () => {
    const sourcePath = join(temporaryFolder(), 'nope')
    const source = { sourcePath, relativePath: 'nope' }
    const never = { code: 'source-missing', message: 'No such file or folder: nope' }
    await expect(stampSource(source)).rejects.toMatchObject(never)
    await expect(stampSource({ ...source, mtimeMs: 0 })).rejects.toMatchObject(never)
    writeFileSync(sourcePath, '')
    const { mtimeMs } = await stampSource(source)
    await rm(sourcePath)
    const message = 'nope is no longer there. Put it back or reconnect its disk, then retry.'
    await expect(stampSource({ ...source, mtimeMs })).rejects.toMatchObject({ message })
    await expect(openSource({ ...source, mtimeMs })).rejects.toMatchObject({ message })
  })
})

describe('a version of a file', () => {
  const version = { size: 1, mtimeMs: 2.5, ctimeMs: 3.5, inode: '18446744073709551615' }

  it('is another one once its size, times or number differ', () => {
    expect(isSameVersion(version, { ...version })).toBe(true)
    for (const change of [{ size: 2 }, { mtimeMs: 3 }, { ctimeMs: 4 }, { inode: '18446744073709551614' }]) {
      expect(isSameVersion(version, { ...version, ...change })).toBe(false)
    }
  })

  it('is the same where an older journal, or its file system, does not know its change time or number', () => {
    const older = { ...version, ctimeMs: null, inode: null }
    expect(isSameVersion(older, version)).toBe(true)
    expect(isSameVersion(version, older)).toBe(true)
  })

  it('is read from the open file where its file system answers from memory otherwise', async () => {
    const [sourcePath, relativePath] = [join(temporaryFolder(), 'a.jpg'), 'a.jpg']
    writeFileSync(sourcePath, 'abc')
    const [local, nfs] = [0xef53, 0x6969].map((type) => async () => linuxTraits(type))
    const source = { sourcePath, relativePath }
    expect(await stampSource(source, nfs)).toEqual(await stampSource(source, local))
    rmSync(sourcePath)
    await expect(stampSource(source, nfs)).rejects.toMatchObject({ code: 'source-missing' })
  })

  it('is known by what its file system keeps, with the times that Node computes', () => {
    const path = join(temporaryFolder(), 'a.jpg')
    writeFileSync(path, 'abc')
    const stats = lstatSync(path, { bigint: true })
    const { mtimeMs, ctimeMs } = lstatSync(path)
    const on = (traits: FileSystemTraits) => stampOf(stats, traits)
    const [ext4, fat, nfs, cifs, fuse] = [0xef53, 0x4d44, 0x6969, -11317950, 0x65735546].map(linuxTraits)
    const whole = { size: 3, mtimeMs, ctimeMs, inode: String(stats.ino) }
    expect([ext4, fat, nfs, cifs, fuse].map((traits) => traits && on(traits))).toEqual([
      whole,
      { ...whole, inode: null },
      whole,
      { ...whole, inode: null },
      { ...whole, inode: null, ctimeMs: null },
    ])
    expect([ext4, fat, nfs, cifs, fuse].map((traits) => traits?.isOwnClock)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ])
  })
})

describe('a file above the size limit', () => {
  it('is refused with both sizes in the units of the window', () => {
    const file = { relativePath: 'Shoot/clip.mov', size: 1_200_000_000 }
    expect(sizeProblem(file, 206_000_000)?.message).toBe(
      'clip.mov is 1.2 GB; your size limit is 206 MB. Raise the limit in Settings, then retry.',
    )
    expect(sizeProblem(file, 1_200_000_000)).toBe(null)
    expect(sizeProblem(file, null)).toBe(null)
  })
})
