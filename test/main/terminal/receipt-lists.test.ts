import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Receipt } from '../../../src/main/client/receipt.ts'
import { writeReceipt } from '../../../src/main/client/receipt-text.ts'
import { serve, upload } from '../../crossing/programs.ts'
import { temporaryFolder } from '../../temporary-folder.ts'

const hasSums = process.platform === 'linux' && spawnSync('md5sum', ['--version']).status === 0

/** What a shell, a list or XML may take for something else. */
const names = [
  'IMG_1.JPG',
  ' leading and trailing ',
  'back\nslash.jpg',
  'car\rriage.jpg',
  '*star.jpg',
  '#hash.jpg',
  '<a> & "b".jpg',
  '婚礼.jpg',
  'cafe\u0301.jpg',
  'bell\u0007.jpg',
]

/** Uploads files of these names, and one that is refused. @returns folders, and the receipt in a format */
async function uploaded() {
  const folder = temporaryFolder()
  const source = join(folder, 'Wedding')
  mkdirSync(source)
  for (const name of names) writeFileSync(join(source, name), `content of ${name}`)
  writeFileSync(join(source, 'empty.jpg'), '')
  const server = await serve(join(folder, 'data'))
  const receipt = async (format: string) => {
    const file = join(folder, `receipt.${format}`)
    await upload([source], server, join(folder, format), { args: ['--receipt', file] }).result
    return file
  }
  return { folder, uploads: join(folder, 'data', 'uploads'), receipt }
}

const facts: Receipt = {
  name: 'Wedding',
  server: { name: 'Studio', url: 'https://studio.example' },
  writtenAtMs: 1_700_000_000_000,
  stored: [],
  unstored: [],
  unnamed: 0,
}

describe.runIf(hasSums)('a list of digests', () => {
  it.each(['md5', 'sha256'])('is read by %ssum, whatever the names are', async (algorithm) => {
    const { uploads, receipt } = await uploaded()
    const file = await receipt(algorithm)
    const check = spawnSync(`${algorithm}sum`, ['--check', '--strict', file], {
      cwd: uploads,
      encoding: 'utf8',
    })
    expect(check).toMatchObject({ status: 0, stderr: '' })
    expect(check.stdout.match(/: OK$/gm)).toHaveLength(names.length)
    // And it notices what changed since.
    writeFileSync(join(uploads, 'Wedding', 'IMG_1.JPG'), 'other bytes')
    expect(spawnSync(`${algorithm}sum`, ['--check', file], { cwd: uploads }).status).toBe(1)
  })

  it('says what is not in it', async () => {
    const { receipt } = await uploaded()
    const lines = readFileSync(await receipt('md5'), 'utf8').split('\n')
    expect(lines[0]).toMatch(
      /^# PhotoFerry, batch Wedding, server .*: 10 files stored; NOT STORED: 1 dropped files$/,
    )
    expect(lines.filter((line) => line.startsWith('# NOT STORED'))).toEqual([
      expect.stringContaining('Wedding/empty.jpg'),
    ])
  })
})

describe('a media hash list', () => {
  it('has each file with its size, its time and its MD5', async () => {
    const { receipt } = await uploaded()
    const xml = readFileSync(await receipt('mhl'), 'utf8')
    expect(xml).toMatch(
      /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<hashlist version="2\.0" xmlns="urn:ASC:MHL:v2\.0">/,
    )
    const paths = [...xml.matchAll(/<path size="(\d+)" lastmodificationdate="[\d:.TZ-]+">([^<]*)<\/path>/g)]
    // XML cannot hold the bell.
    expect(paths).toHaveLength(names.length - 1)
    expect(xml).toContain('1 stored files have names that this format cannot hold')
    expect(xml).toContain('NOT STORED: 1 dropped files')
    expect(xml).toContain('>Wedding/&lt;a&gt; &amp; &quot;b&quot;.jpg</path>')
    const md5 = execFileSync('md5sum', { input: 'content of IMG_1.JPG', encoding: 'utf8' }).slice(0, 32)
    expect(xml).toMatch(
      new RegExp(`Wedding/IMG_1\\.JPG</path>\\s+<md5 action="original" hashdate="[^"]+">${md5}</md5>`),
    )
  })

  it('has no list of hashes where nothing is stored', () => {
    const text = [...writeReceipt(facts, 'mhl').parts].join('')
    expect(text).not.toContain('<hashes>')
    expect(text.trimEnd().endsWith('</hashlist>')).toBe(true)
    expect(dirname(writeReceipt(facts, 'mhl').fileName)).toBe('.')
  })
})
