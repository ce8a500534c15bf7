import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { noise, writePhoto } from '../main/images/photos.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { fingerprint, seeded, writeRandomFile } from './photo-folder.ts'
import { serve, upload } from './programs.ts'

const isRoot = process.getuid?.() === 0
if (!isRoot) console.log('A full disk is not tried: mounting a small tmpfs needs root.')

/** A disk of its own, so small that it can be filled; `grow` makes room on it. */
function smallDisk(folder: string, size: string): { grow(size: string): void } {
  mkdirSync(folder)
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder])
  onTestFinished(() => void execFileSync('umount', ['-l', folder]))
  return { grow: (larger) => void execFileSync('mount', ['-o', `remount,size=${larger}`, folder]) }
}

describe.skipIf(!isRoot)('a full disk', () => {
  it('at the server makes the uploader wait and say why, and go on by itself when there is room', async () => {
    const folder = temporaryFolder()
    const disk = smallDisk(join(folder, 'data'), '24M')
    const random = seeded(3)
    for (let index = 0; index < 20; index++) {
      writeRandomFile(join(folder, 'shoot', `IMG_${index}.CR3`), 2 << 20, random)
    }
    const server = await serve(join(folder, 'data'), { args: ['--chunk-size', String(1 << 20)] })
    const run = upload([join(folder, 'shoot')], server, join(folder, 'state'))
    let stderr = ''
    run.child.stderr?.on('data', (text: string) => {
      stderr += text
    })
    await expect.poll(() => stderr).toMatch(/Waiting for the server: .*(full|room|space)/i)
    disk.grow('200M')
    const { summary, exitCode } = await run.result
    expect(summary).toMatchObject({ done: 20, failed: 0 })
    expect(exitCode).toBe(0)
    expect(fingerprint(join(folder, 'data', 'uploads', 'shoot'))).toEqual(fingerprint(join(folder, 'shoot')))
  })

  it('under the queue is told, keeps nothing from being sent, and a later run finds it all', async () => {
    const folder = temporaryFolder()
    const disk = smallDisk(join(folder, 'state'), '24K')
    for (let index = 0; index < 40; index++) {
      writeRandomFile(join(folder, 'shoot', `IMG_${index}.CR3`), 1_000, seeded(index))
    }
    const server = await serve(join(folder, 'data'))
    const first = await upload([join(folder, 'shoot')], server, join(folder, 'state')).result
    expect(first).toMatchObject({ exitCode: 1, summary: { done: 40, failed: 0 } })
    expect(first.stderr).toMatch(/Can't save the queue \(ENOSPC: [^,]+\)\. Free up disk space/)
    disk.grow('2M')
    const second = await upload([join(folder, 'shoot')], server, join(folder, 'state')).result
    expect(second).toMatchObject({ exitCode: 0, summary: { done: 40, failed: 0, bytesSent: 0 } })
  })

  it('where copies are made keeps the photo that has no room waiting while the rest is sent, and lets a later run finish it', async () => {
    const folder = temporaryFolder()
    const shoot = join(folder, 'shoot')
    mkdirSync(shoot)
    mkdirSync(join(folder, 'state'))
    const disk = smallDisk(join(folder, 'state', 'payloads'), '256K')
    const raw = noise(1600, 1200)
    await writePhoto(shoot, 'a-large.png', { width: 1600, height: 1200, raw, format: 'png' })
    await writePhoto(shoot, 'b-small.png', { format: 'png' })
    writeRandomFile(join(shoot, 'c.CR3'), 2 << 20, seeded(5))
    const server = await serve(join(folder, 'data'))
    const preset = { args: ['--preset', 'archive-jpeg'] }
    const short = { args: [...preset.args, '--wait', '2'] }
    const first = await upload([shoot], server, join(folder, 'state'), short).result
    const outcome = first.summary?.items.map(({ status, error }) => error?.code ?? status)
    expect([first.exitCode, outcome]).toEqual([1, ['disk-full', 'done', 'done']])
    expect(readdirSync(join(folder, 'state', 'payloads'))).toEqual([])
    disk.grow('20M')
    const second = await upload([shoot], server, join(folder, 'state'), preset).result
    expect(second.summary).toMatchObject({ done: 3, failed: 0 })
  })

  it('that stays full fails the files with that reason once the patience is over, and a later run finishes them', async () => {
    const folder = temporaryFolder()
    const disk = smallDisk(join(folder, 'data'), '16M')
    const random = seeded(4)
    for (let index = 0; index < 12; index++) {
      writeRandomFile(join(folder, 'shoot', `IMG_${index}.CR3`), 2 << 20, random)
    }
    const server = await serve(join(folder, 'data'))
    const patience = { args: ['--wait', '2'] }
    const first = await upload([join(folder, 'shoot')], server, join(folder, 'state'), patience).result
    const codes = new Set(first.summary?.items.map(({ status, error }) => error?.code ?? status))
    expect(codes).toEqual(new Set(['done', 'storage-full']))
    expect(first.exitCode).toBe(1)
    disk.grow('200M')
    const second = await upload([join(folder, 'shoot')], server, join(folder, 'state')).result
    expect(second.summary).toMatchObject({ done: 12, failed: 0 })
    expect(fingerprint(join(folder, 'data', 'uploads', 'shoot'))).toEqual(fingerprint(join(folder, 'shoot')))
  })
})
