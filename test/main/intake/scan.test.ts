import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Find, scan } from '../../../src/main/intake/scan.ts'
import { asAnybody } from '../../as-anybody.ts'
import { temporaryFolder } from '../../temporary-folder.ts'

async function findsOf(root: string, leftOut: string[] = []): Promise<Find[]> {
  const finds: Find[] = []
  for await (const find of scan(root, (path) => leftOut.push(path))) finds.push(find)
  return finds
}

const paths = (finds: Find[]) => finds.map(({ relativePath }) => relativePath)

describe('scanning a drop', () => {
  it('finds every file below the folder with its path from the folder’s own name on', async () => {
    const root = join(temporaryFolder(), '婚礼 2026')
    mkdirSync(join(root, 'raw', 'card 1'), { recursive: true })
    for (const name of ['a.jpg', 'raw/b.cr3', 'raw/card 1/🎉.mp4']) writeFileSync(join(root, name), 'x')
    expect(paths(await findsOf(root))).toEqual([
      '婚礼 2026/a.jpg',
      '婚礼 2026/raw/b.cr3',
      '婚礼 2026/raw/card 1/🎉.mp4',
    ])
  })

  it('finds numbered files in the order in which they were taken', async () => {
    const root = join(temporaryFolder(), 'shoot')
    mkdirSync(root)
    for (const name of ['IMG_10.jpg', 'IMG_9.jpg', 'IMG_1.jpg', 'b.jpg', 'A.jpg'])
      writeFileSync(join(root, name), '')
    const names = paths(await findsOf(root)).map((path) => path.slice('shoot/'.length))
    expect(names).toEqual(['A.jpg', 'b.jpg', 'IMG_1.jpg', 'IMG_9.jpg', 'IMG_10.jpg'])
  })

  it('keeps composed and decomposed spellings of a name apart', async () => {
    const root = temporaryFolder()
    for (const name of ['é.jpg'.normalize('NFC'), 'é.jpg'.normalize('NFD')])
      writeFileSync(join(root, name), name)
    expect(new Set(paths(await findsOf(root))).size).toBe(2)
  })

  it('takes a single file by its own name, with size and time', async () => {
    const file = join(temporaryFolder(), 'one.jpg')
    writeFileSync(file, 'four')
    expect(await findsOf(file)).toMatchObject([
      { kind: 'file', relativePath: 'one.jpg', size: 4, sourcePath: file },
    ])
  })

  it('leaves out the litter of operating systems and nothing else, and names what it left out', async () => {
    const root = join(temporaryFolder(), 'shoot')
    mkdirSync(root)
    const names = ['.DS_Store', 'Thumbs.db', '._a.jpg', 'a.jpg', '._alone.jpg', '.hidden.jpg']
    for (const name of names) writeFileSync(join(root, name), '')
    const leftOut: string[] = []
    const found = paths(await findsOf(root, leftOut))
    expect(found).toEqual(['shoot/._alone.jpg', 'shoot/.hidden.jpg', 'shoot/a.jpg'])
    expect(leftOut.sort()).toEqual(['shoot/.DS_Store', 'shoot/._a.jpg', 'shoot/Thumbs.db'])
  })

  it('leaves out what NAS boxes, trashes and catalogs keep, each folder as one whatever is in it', async () => {
    const root = join(temporaryFolder(), 'volume')
    const litter = [
      '@eaDir',
      '#recycle',
      '@Recycle',
      '.@__thumb',
      '.thumbnails',
      '.picasaoriginals',
      '.Trash-1000',
    ]
    for (const folder of litter) {
      mkdirSync(join(root, folder), { recursive: true })
      for (const name of ['a.jpg', 'b.jpg']) writeFileSync(join(root, folder, name), 'x')
    }
    for (const name of ['a.jpg@SynoEAStream', '.nomedia', 'recycle', 'eaDir.jpg', '.picasa.ini', 'a.xmp'])
      writeFileSync(join(root, name), 'x')
    const leftOut: string[] = []
    const found = paths(await findsOf(root, leftOut)).sort()
    expect(found).toEqual(['volume/.picasa.ini', 'volume/a.xmp', 'volume/eaDir.jpg', 'volume/recycle'])
    const left = [...litter, 'a.jpg@SynoEAStream', '.nomedia'].map((name) => `volume/${name}`)
    expect(leftOut.sort()).toEqual(left.sort())
  })

  it('knows a lone companion of macOS by its first bytes, and keeps what is named like one', async () => {
    const root = join(temporaryFolder(), 'card')
    mkdirSync(root)
    writeFileSync(join(root, '._gone.jpg'), Buffer.from([0x00, 0x05, 0x16, 0x07, 0x00, 0x02]))
    writeFileSync(join(root, '._mine.jpg'), Buffer.from([0xff, 0xd8, 0xff, 0xe0]))
    writeFileSync(join(root, '._short'), Buffer.from([0x00, 0x05]))
    const leftOut: string[] = []
    expect(paths(await findsOf(root, leftOut))).toEqual(['card/._mine.jpg', 'card/._short'])
    expect(leftOut).toEqual(['card/._gone.jpg'])
  })

  it('leaves out nothing that was dropped by its own name', async () => {
    const root = join(temporaryFolder(), '#recycle')
    mkdirSync(root)
    writeFileSync(join(root, 'a.jpg'), 'x')
    writeFileSync(join(root, 'Thumbs.db'), 'x')
    const leftOut: string[] = []
    expect(paths(await findsOf(root, leftOut))).toEqual(['#recycle/a.jpg'])
    expect(paths(await findsOf(join(root, 'Thumbs.db'), leftOut))).toEqual(['Thumbs.db'])
    expect(leftOut).toEqual(['#recycle/Thumbs.db'])
  })

  it('reports links, pipes and names that are no text instead of leaving them out silently', async () => {
    const root = join(temporaryFolder(), 'odd')
    mkdirSync(root)
    writeFileSync(join(root, 'real.jpg'), '')
    symlinkSync(join(root, 'real.jpg'), join(root, 'link.jpg'))
    symlinkSync(root, join(root, 'round-trip'))
    execFileSync('mkfifo', [join(root, 'pipe.jpg')])
    writeFileSync(
      Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xff, 0xfe]), Buffer.from('.jpg')]),
      '',
    )
    const finds = await findsOf(root)
    const codes = finds.map((find) => (find.kind === 'problem' ? find.error.code : 'file')).sort()
    expect(codes).toEqual([
      'file',
      'name-invalid',
      'source-not-a-file',
      'source-not-a-file',
      'source-not-a-file',
    ])
  })

  it('follows a link that was chosen itself, under the name that was chosen', async () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'card'))
    writeFileSync(join(folder, 'card', 'a.jpg'), '')
    symlinkSync(join(folder, 'card'), join(folder, 'today'))
    const [find] = await findsOf(join(folder, 'today'))
    expect(find).toMatchObject({ relativePath: 'today/a.jpg', sourcePath: join(folder, 'card', 'a.jpg') })
  })

  it('reports a path that is not there', async () => {
    const finds = await findsOf(join(temporaryFolder(), 'gone'))
    expect(finds).toMatchObject([
      { kind: 'problem', relativePath: 'gone', error: { code: 'source-missing' } },
    ])
  })

  it('leaves out the recovery folder of a disk only where nobody but root can read it', async () => {
    await asAnybody(async () => {
      const root = join(temporaryFolder(), 'disk')
      mkdirSync(join(root, 'lost+found'), { recursive: true })
      writeFileSync(join(root, 'lost+found', '#1234'), 'x')
      expect(paths(await findsOf(root))).toEqual(['disk/lost+found/#1234'])
      chmodSync(join(root, 'lost+found'), 0)
      const leftOut: string[] = []
      const finds = await findsOf(root, leftOut)
      chmodSync(join(root, 'lost+found'), 0o700)
      expect([finds, leftOut]).toEqual([[], ['disk/lost+found']])
    })
  })

  it('reports a folder that may not be read and goes on beside it', async () => {
    await asAnybody(async () => {
      const root = join(temporaryFolder(), 'mixed')
      mkdirSync(join(root, 'locked'), { recursive: true })
      writeFileSync(join(root, 'open.jpg'), '')
      chmodSync(join(root, 'locked'), 0)
      const finds = await findsOf(root)
      chmodSync(join(root, 'locked'), 0o700)
      expect(finds).toMatchObject([
        { error: { code: 'source-unreadable' } },
        { relativePath: 'mixed/open.jpg' },
      ])
    })
  })
})
