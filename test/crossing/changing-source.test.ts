import { createHash } from 'node:crypto'
import {
  appendFileSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../temporary-folder.ts'
import { pacingProxy } from './pacing-proxy.ts'
import { fingerprint, seeded, writeRandomFile } from './photo-folder.ts'
import { serve, upload } from './programs.ts'

const size = 24 << 20
const md5 = (path: string) => createHash('md5').update(readFileSync(path)).digest('hex')

/** Lets `share` of the file through, then changes it, then lets the rest through. */
async function changeWhileSending(share: number, change: (path: string) => void) {
  const folder = temporaryFolder()
  const server = await serve(join(folder, 'data'), { args: ['--chunk-size', String(1 << 20)] })
  const proxy = await pacingProxy(server.port, Math.floor(share * size))
  const source = join(folder, 'clip.mov')
  writeRandomFile(source, size, seeded(7))
  const versions = [md5(source)]
  const run = upload([source], { url: proxy.url, token: server.token }, join(folder, 'state'))
  await proxy.reached
  change(source)
  proxy.release()
  const result = await run.result
  return { result, source, versions, stored: fingerprint(join(folder, 'data', 'uploads')), folder }
}

describe('a source that changes while it is being sent', () => {
  it.each([0.02, 0.25, 0.5, 0.9])(
    'after a share of %d is stored whole in its new version, never as a mix',
    async (share) => {
      const { result, source, folder } = await changeWhileSending(share, (path) => {
        const bytes = readFileSync(path)
        bytes.fill('changed', size / 4, (size * 3) / 4)
        writeFileSync(path, bytes)
      })
      expect(result.summary).toMatchObject({ done: 1, failed: 0 })
      expect(md5(join(folder, 'data', 'uploads', 'clip.mov'))).toBe(md5(source))
    },
  )

  it('by growing is stored whole', async () => {
    const { result, source, folder } = await changeWhileSending(0.5, (path) => appendFileSync(path, 'more'))
    expect(result.summary).toMatchObject({ done: 1 })
    expect(md5(join(folder, 'data', 'uploads', 'clip.mov'))).toBe(md5(source))
  })

  it('by vanishing fails with that reason and leaves nothing behind under its name', async () => {
    const { result, stored } = await changeWhileSending(0.5, (path) => rmSync(path))
    expect(result.summary?.items[0]).toMatchObject({ status: 'failed', error: { code: 'source-missing' } })
    expect(stored.size).toBe(0)
  })

  it('by turning into a link fails with that reason', async () => {
    const { result, stored } = await changeWhileSending(0.5, (path) => {
      renameSync(path, `${path}.moved`)
      symlinkSync(`${path}.moved`, path)
    })
    expect(result.summary?.items[0]).toMatchObject({ status: 'failed', error: { code: 'source-not-a-file' } })
    expect(stored.size).toBe(0)
  })

  it('again and again is waited for as long as --wait says, and named; the next run stores it', async () => {
    const folder = temporaryFolder()
    const server = await serve(join(folder, 'data'), { args: ['--chunk-size', String(1 << 20)] })
    const source = join(folder, 'growing.mov')
    writeRandomFile(source, 4 << 20, seeded(9))
    const growing = setInterval(() => appendFileSync(source, 'x'.repeat(1000)), 5)
    // Longer than anything keeps the writer from its next line.
    const args = ['--still', '4', '--wait', '1']
    const run = upload([source], server, join(folder, 'state'), { args })
    const { summary, exitCode, stderr } = await run.result
    clearInterval(growing)
    expect(summary?.items[0]).toMatchObject({ status: 'failed', error: { code: 'still-being-written' } })
    expect(stderr).toContain(
      'FAILED  growing.mov is still being written. Upload it again when it is finished.',
    )
    expect(exitCode).toBe(1)
    const again = await upload([source], server, join(folder, 'state')).result
    expect(again.summary).toMatchObject({ done: 1 })
    expect(statSync(join(folder, 'data', 'uploads', 'growing.mov')).size).toBe(statSync(source).size)
  })
})
