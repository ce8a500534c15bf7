/** What was dropped onto the page is found whole: large folders, deep ones, unreadable ones. */
import { describe, expect, it } from 'vitest'
import {
  type DroppedNode,
  dropName,
  type FileNode,
  type FolderNode,
  walkEntries,
} from '../../../../src/renderer/features/intake/walk-entries.ts'

type FakeNode = FileNode | FolderNode

function file(name: string): FileNode {
  return { isDirectory: false, name, file: (ok) => ok(new File(['x'], name)) }
}

/** Like Chromium's: at most 100 entries per call, then an empty list. */
function folder(
  name: string,
  inside: readonly FakeNode[],
  failAfterPages = Number.POSITIVE_INFINITY,
): FolderNode {
  return {
    isDirectory: true,
    name,
    createReader: () => {
      let from = 0
      return {
        readEntries: (ok, failed) => {
          if (from / 100 >= failAfterPages) return failed(new DOMException('gone', 'NotFoundError'))
          const page = inside.slice(from, from + 100)
          from += 100
          ok(page as unknown as FileSystemEntry[])
        },
      }
    },
  }
}

const dropped = (...nodes: readonly FakeNode[]): DroppedNode[] => nodes.map((node) => ({ folder: '', node }))
const ignore = () => undefined

describe('walkEntries', () => {
  it('reads a folder of more than a hundred entries to its end', async () => {
    const names = Array.from({ length: 1234 }, (_, index) => `IMG_${index}.jpg`)
    const { files, unread } = await walkEntries(dropped(folder('Wedding', names.map(file))), ignore)
    expect(files.map((found) => found.relativePath)).toEqual(names.map((name) => `Wedding/${name}`))
    expect(unread).toEqual([])
  })

  it('puts the files of a folder into the order that people expect', async () => {
    const { files } = await walkEntries(dropped(folder('W', ['IMG_10.jpg', 'IMG_2.jpg'].map(file))), ignore)
    expect(files.map((found) => found.relativePath)).toEqual(['W/IMG_2.jpg', 'W/IMG_10.jpg'])
    const loose = await walkEntries(dropped(...['IMG_10.jpg', 'IMG_9.jpg'].map(file)), ignore)
    expect(loose.files.map((found) => found.relativePath)).toEqual(['IMG_9.jpg', 'IMG_10.jpg'])
  })

  it('keeps the folder structure, the dropped folder included', async () => {
    const tree = folder('Wedding', [file('a.jpg'), folder('Party', [folder('Late', [file('b.jpg')])])])
    const { files } = await walkEntries(dropped(tree, file('c.jpg')), ignore)
    expect(files.map((found) => found.relativePath)).toEqual([
      'c.jpg',
      'Wedding/a.jpg',
      'Wedding/Party/Late/b.jpg',
    ])
    expect((await files[1]?.open())?.name).toBe('a.jpg')
  })

  it('reports a folder that cannot be read and goes on with the rest', async () => {
    const tree = folder('Wedding', [folder('Broken', [file('x.jpg')], 0), file('a.jpg')])
    const { files, unread } = await walkEntries(dropped(tree), ignore)
    expect(files.map((found) => found.relativePath)).toEqual(['Wedding/a.jpg'])
    expect(unread.map((one) => one.relativePath)).toEqual(['Wedding/Broken'])
    expect(unread[0]?.node.folder).toBe('Wedding')
  })

  it('tells how many files it has found so far', async () => {
    const found: number[] = []
    await walkEntries(dropped(folder('Wedding', [file('a.jpg'), file('b.jpg')])), (count) =>
      found.push(count),
    )
    expect(found.at(-1)).toBe(2)
  })
})

describe('dropName', () => {
  it('is the name of the only folder or file, else a count', () => {
    expect(dropName(dropped(folder('Wedding', [])), 9)).toBe('Wedding')
    expect(dropName(dropped(file('a.jpg')), 1)).toBe('a.jpg')
    expect(dropName(dropped(file('a.jpg'), file('b.jpg')), 2)).toBe('2 files')
  })
})
