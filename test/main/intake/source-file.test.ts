import { writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { sizeProblem } from '../../../src/main/intake/size-limit.ts'
import { openSource, stampSource } from '../../../src/main/intake/source-file.ts'
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
