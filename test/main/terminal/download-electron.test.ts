/** The first start: Electron's program is waited for as long as bytes of it come. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { downloadElectron } from '../../../src/main/terminal/download-electron.ts'
import { temporaryFolder } from '../../temporary-folder.ts'

/** Longer than the program takes to start, or to write a piece. */
const stallMs = 3_000

/** A program that downloads: a piece every 100 ms into the folder for temporary files, then it ends with the code. */
function downloader(pieces: number, end: string): { program: string; place: string } {
  const folder = temporaryFolder()
  const program = join(folder, 'install.mjs')
  const place = join(folder, 'place')
  writeFileSync(
    program,
    `import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
writeFileSync(${JSON.stringify(place)}, tmpdir())
mkdirSync(join(tmpdir(), 'electron-download-x'))
for (let piece = 0; piece < ${pieces}; piece++) {
  appendFileSync(join(tmpdir(), 'electron-download-x', 'electron.zip'), Buffer.alloc(1_000_000))
  await delay(100)
}
${end}
`,
  )
  return { program, place }
}

it('is waited for although it takes longer than a stall, its bytes are told, and nothing of it is left', async () => {
  const { program, place } = downloader(40, 'process.exit(0)')
  const told: string[] = []
  const onProgress = (text: string) => told.push(text)
  expect(await downloadElectron({ program, onProgress, stallMs, lookMs: 20 })).toBe(true)
  expect(told.at(-1)).toMatch(/MB so far/)
  expect(told.length).toBeGreaterThan(3)
  expect(existsSync(readFileSync(place, 'utf8'))).toBe(false)
})

it.each([
  ['comes to a halt', 'await delay(60_000)'],
  ['fails', 'process.exit(1)'],
])('is given up where it %s', async (_, end) => {
  const { program, place } = downloader(2, end)
  const startedMs = Date.now()
  expect(await downloadElectron({ program, onProgress: () => undefined, stallMs, lookMs: 20 })).toBe(false)
  expect(Date.now() - startedMs).toBeLessThan(30_000)
  expect(existsSync(readFileSync(place, 'utf8'))).toBe(false)
})
