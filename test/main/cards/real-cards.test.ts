/** With real drives: bytes are read from the card and not from memory, and the card is ejected by the system's own means. */
import { closeSync, openSync, readFileSync, readSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createHashPool } from '../../../src/main/hashing/hash-pool.ts'
import { hashWorkerEntry } from '../../../src/main/program-files.ts'
import { ejectVolume } from '../../../src/main/volumes/eject.ts'
import { linuxVolumes } from '../../../src/main/volumes/linux-volumes.ts'
import { canMount, makeImage, mountImage } from '../../mounts.ts'
import { temporaryFolder } from '../../temporary-folder.ts'

const marker = 'the-only-photo-of-the-first-dance'

describe.runIf(canMount)('a card in a reader', () => {
  it('is read itself, also where the system still has a file of it in memory', async () => {
    const folder = temporaryFolder()
    const image = makeImage(join(folder, 'card.img'), 'EOS_DIGITAL')
    const top = join(folder, 'EOS_DIGITAL')
    mountImage(image, top)
    const file = join(top, 'IMG_1.CR3')
    const bytes = Buffer.alloc(3_000_001, 7)
    bytes.write(marker, 1_000_000)
    writeFileSync(file, bytes, { flush: true })
    const pool = createHashPool(hashWorkerEntry, 1)
    onTestFinished(() => pool.close())
    const job = { path: file, size: bytes.length }
    const options = { signal: new AbortController().signal, onProgress: () => {} }
    const before = await pool.readOnceMore(job, options)
    expect(before).toMatchObject({ size: bytes.length, pastMemory: true })
    expect(before).toMatchObject(await pool.hash({ ...job, checkpoint: null }, options))
    damage(image, marker)
    // What the system has in memory is as it was.
    expect(readFileSync(file).includes(marker)).toBe(true)
    const after = await pool.readOnceMore(job, options)
    expect('sha256' in after && 'sha256' in before && after.sha256 !== before.sha256).toBe(true)
  })

  it('is ejected once nothing has it open, and says so before', async () => {
    const folder = temporaryFolder()
    const top = join(folder, 'media', 'EOS_DIGITAL')
    mountImage(makeImage(join(folder, 'card.img'), 'EOS_DIGITAL'), top)
    writeFileSync(join(top, 'IMG_1.CR3'), 'photo')
    const volumes = linuxVolumes({ fixedPaths: [] })
    const volume = await volumes.at(top)
    if (!volume) throw new Error('Nothing is mounted there.')
    const open = openSync(join(top, 'IMG_1.CR3'), 'r')
    await expect(ejectVolume(volume, { volumes })).rejects.toMatchObject({
      code: 'bad-request',
      facts: { kind: 'not-ejected', name: volume.name, reason: 'busy' },
    })
    closeSync(open)
    await ejectVolume(volume, { volumes })
    expect((await volumes.list()).some(({ mountPoint }) => mountPoint === top)).toBe(false)
  })
})

/** Changes one byte of a file on the card itself, unseen by the system that has it mounted. */
function damage(image: string, text: string): void {
  const at = readFileSync(image).indexOf(text)
  const handle = openSync(image, 'r+')
  const byte = Buffer.alloc(1)
  readSync(handle, byte, 0, 1, at)
  writeSync(handle, Buffer.from([(byte[0] ?? 0) ^ 1]), 0, 1, at)
  closeSync(handle)
}
