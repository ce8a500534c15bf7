/** Hostile and odd names: each is kept exactly, or refused with the reason; nothing ever leaves the library. */
import { readdir } from 'node:fs/promises'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { safePath } from '../../server/storage/safe-path.ts'
import { numberedPaths } from '../../server/uploads/finishing/numbered-names.ts'
import { maxNameBytes } from '../../src/shared/protocol/wire.ts'
import { bytesOf, md5, type Started, start } from './harness.ts'
import { kept, refusedEverywhere, refusedOnWindows } from './hostile-names.ts'
import { onDisk, storedBytes, storedFiles } from './test-storage.ts'

const dataFolders = onDisk ? ['.photoferry', 'uploads'] : ['.photoferry']

let started: Started
beforeAll(async () => {
  started = await start()
})

describe('a path that could leave the library or cannot be stored', () => {
  it.each(refusedEverywhere)('is refused: %j', async (name) => {
    expect(() => safePath(name, 'linux')).toThrow(expect.objectContaining({ code: 'name-invalid' }))
    const fileName = name.slice(name.lastIndexOf('/') + 1)
    const answer = await started.client.post('/api/task', { fileName, relativePath: name, fileSize: 1 })
    expect(answer.status).toBe(400)
    expect(['name-invalid', 'bad-request']).toContain(answer.body.error?.code)
  })

  it.each(refusedOnWindows)('is refused on Windows: %j', (name) => {
    expect(() => safePath(name, 'win32')).toThrow(expect.objectContaining({ code: 'name-invalid' }))
  })

  it('is refused when path and name disagree', async () => {
    const answer = await started.client.post('/api/task', { fileName: 'a', relativePath: 'b/c', fileSize: 1 })
    expect(answer.body.error?.code).toBe('name-invalid')
  })
})

describe('an odd name', () => {
  it.each(kept)('is kept exactly: %j', async (name) => {
    const bytes = bytesOf(50)
    const answer = await started.client.upload(`odd/${name}`, bytes)
    expect(answer.status).toBe(200)
    expect(answer.body.fileName).toBe(name.slice(name.lastIndexOf('/') + 1))
    expect(await storedBytes(started.dataDir, `odd/${name}`)).toEqual(bytes)
    const { response, bytes: downloaded } = await started.client.download(String(answer.body.url))
    expect(response.status).toBe(200)
    expect(downloaded).toEqual(bytes)
  })

  it('leaves nothing outside the library', async () => {
    expect((await readdir(started.dataDir)).sort()).toEqual(dataFolders)
  })

  it('of 255 bytes can still be numbered, on a whole character', async () => {
    const name = `${'ä'.repeat(125)}x.jpg`
    expect(Buffer.byteLength(name)).toBe(255)
    const urls: unknown[] = []
    for (const size of [1, 2])
      urls.push((await started.client.upload(`long/${name}`, bytesOf(size))).body.fileName)
    expect(urls).toEqual([name, `${'ä'.repeat(123)} (2).jpg`])
  })

  it('numbers to at most 255 bytes, always another name (property)', () => {
    const names = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 255 })
    fc.assert(
      fc.property(names, fc.string({ maxLength: 40 }), (stem, extension) => {
        const all = [
          ...numberedPaths(`d/${stem.replaceAll('/', '_')}.${extension.replaceAll('/', '_')}`, 12),
        ].slice(1)
        expect(new Set(all).size).toBe(11)
        for (const path of all) {
          expect(Buffer.byteLength(path.slice(2))).toBeLessThanOrEqual(maxNameBytes)
          expect(path.isWellFormed()).toBe(true)
        }
      }),
    )
  })
})

describe('any string at all (property)', () => {
  it('is stored below the library under its own name, or refused', async () => {
    const { client, dataDir } = await start()
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 30 }), async (relativePath) => {
        const fileName = relativePath.slice(relativePath.lastIndexOf('/') + 1)
        const bytes = bytesOf(9)
        const request = { fileName, relativePath, fileSize: 9, hash: md5(bytes) }
        const answer = await client.post('/api/task', request)
        if (answer.status === 400) return
        expect(answer.status).toBe(200)
        const before = await storedFiles(dataDir)
        const stored = await client.upload(relativePath, bytes)
        const added = (await storedFiles(dataDir)).filter((path) => !before.includes(path))
        if (stored.status === 200) expect(added).toHaveLength(1)
      }),
      { numRuns: 100 },
    )
    expect((await readdir(dataDir)).sort()).toEqual(dataFolders)
  })
})
