import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { collidingMd5, collidingPair } from '../colliding-pair.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { olderServer } from './older-server.ts'
import { fingerprint, seeded, writeRandomFile } from './photo-folder.ts'
import { runCli, serve, upload } from './programs.ts'

const digest = (algorithm: string, bytes: Buffer) => createHash(algorithm).update(bytes).digest('hex')
const chunkSize = 1 << 20

/** A server with small chunks, and a folder with two files that share size and MD5 but not their bytes. */
async function collidingScene(tailBytes: number) {
  const folder = temporaryFolder()
  const server = await serve(join(folder, 'data'), { args: ['--chunk-size', String(chunkSize)] })
  const pair = collidingPair(Buffer.alloc(tailBytes, 'the same wedding '))
  const source = join(folder, 'Wedding')
  mkdirSync(source)
  const paths = pair.map((bytes, index) => {
    const path = join(source, `IMG_${index}.jpg`)
    writeFileSync(path, bytes)
    return path
  })
  const library = join(folder, 'data', 'uploads')
  return { folder, server, pair, source, paths, library, state: join(folder, 'state') }
}

function contents(library: string): Buffer[] {
  const files = readdirSync(library, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  )
  return files
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ parentPath, name }) => readFileSync(join(parentPath, name)))
}

describe('two files with one MD5 and different bytes', () => {
  it('are what they are said to be', () => {
    expect(collidingPair().map((bytes) => digest('md5', bytes))).toEqual([collidingMd5, collidingMd5])
    const [one, other] = collidingPair(Buffer.alloc(5_000, 'tail'))
    expect(digest('md5', one)).toBe(digest('md5', other))
    expect(digest('sha256', one)).not.toBe(digest('sha256', other))
    expect(one.length).toBe(other.length)
  })

  it.each([
    ['a bundle', 200_000],
    ['several chunks', 3 * chunkSize],
  ])('of %s are both stored when they come at once', async (_much, tail) => {
    const { server, pair, source, library, state } = await collidingScene(tail)
    const { summary } = await upload([source], server, state).result
    expect(summary).toMatchObject({ done: 2, failed: 0 })
    const stored = contents(library)
    expect(stored).toHaveLength(2)
    for (const [index, bytes] of pair.entries()) expect(stored[index]?.equals(bytes)).toBe(true)
  })

  it.each([
    ['a bundle', 200_000],
    ['several chunks', 3 * chunkSize],
  ])(
    'of %s are both stored when one follows the other, and the first stays untouched',
    async (_much, tail) => {
      const { server, pair, paths, library, state } = await collidingScene(tail)
      const before: [string, string][] = []
      for (const path of paths) {
        const { summary } = await upload([path], server, state).result
        expect(summary).toMatchObject({ done: 1, failed: 0 })
        const after = fingerprint(library)
        for (const [name, is] of before) expect(after.get(name)).toBe(is)
        before.push(...after)
      }
      const stored = contents(library)
      expect(stored).toHaveLength(2)
      for (const [index, bytes] of pair.entries()) expect(stored[index]?.equals(bytes)).toBe(true)
    },
  )

  it('are told apart from a stored file under the same name', async () => {
    const { server, pair, folder, library } = await collidingScene(200_000)
    for (const [index, bytes] of pair.entries()) {
      const path = join(folder, `card ${index}`, 'IMG.jpg')
      mkdirSync(join(folder, `card ${index}`))
      writeFileSync(path, bytes)
      const { summary } = await upload([path], server, join(folder, `state ${index}`)).result
      expect(summary).toMatchObject({ done: 1, failed: 0 })
    }
    const stored = contents(library)
    expect(new Set(stored.map((bytes) => digest('sha256', bytes)))).toEqual(
      new Set(pair.map((bytes) => digest('sha256', bytes))),
    )
    expect(stored).toHaveLength(2)
  })
})

describe('a server that knows no SHA-256 yet', () => {
  it('gets every file whole, and the receipt says that only MD5 was confirmed', async () => {
    const folder = temporaryFolder()
    const server = await serve(join(folder, 'data'), { args: ['--chunk-size', String(chunkSize)] })
    const older = await olderServer(server.port)
    const source = join(folder, 'Wedding')
    writeRandomFile(join(source, 'small.jpg'), 5_000, seeded(1))
    writeRandomFile(join(source, 'clip.mov'), 3 * chunkSize + 7, seeded(2))
    const receipt = join(folder, 'receipt.json')
    const args = ['upload', source, '--server', older.url, '--token', server.token]
    const kept = ['--state', join(folder, 'state'), '--json', '--receipt', receipt]
    const { exitCode, stdout } = await runCli([...args, ...kept], folder)
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ done: 2, failed: 0 })
    expect(fingerprint(join(folder, 'data', 'uploads', 'Wedding'))).toEqual(fingerprint(source))
    expect(older.chunkDigests).toHaveLength(5)
    for (const header of older.chunkDigests) expect(header).toMatch(/^sha-256=:/)
    const lines = JSON.parse(readFileSync(receipt, 'utf8')).stored as Record<string, unknown>[]
    expect(lines).toHaveLength(2)
    for (const line of lines) {
      const bytes = readFileSync(String(line.sourcePath))
      expect(line).toMatchObject({ md5: digest('md5', bytes), sha256: null })
    }
  })
})
