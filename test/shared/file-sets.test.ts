/** Which files belong to one shot, and which only look as if they did. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { besideEachOther, setsOf } from '../../src/shared/file-sets.ts'

/** The sets among files of a folder, each as its names. */
const setsIn = (...names: string[]) => setsOf(names, (name) => name).map((set) => set.join(' '))

describe('files of one shot', () => {
  it.each([
    [
      'a RAW with its JPEG, edits and voice memo',
      ['a.jpg', 'a.WAV', 'A.CR3', 'a.xmp'],
      ['A.CR3 a.jpg a.WAV a.xmp'],
    ],
    [
      'a RAW with edits that keep its whole name',
      ['a.NEF.xmp', 'a.NEF', 'a.NEF.dop'],
      ['a.NEF a.NEF.dop a.NEF.xmp'],
    ],
    [
      'a live photo with its edits',
      ['IMG_1.MOV', 'IMG_1.HEIC', 'IMG_1.AAE', 'IMG_O1.AAE'],
      ['IMG_1.HEIC IMG_1.MOV IMG_1.AAE IMG_O1.AAE'],
    ],
    ['a live photo in JPEG', ['IMG_2.MOV', 'IMG_2.JPG'], ['IMG_2.JPG IMG_2.MOV']],
    ['a clip with its thumbnail', ['MVI_1.THM', 'MVI_1.MP4'], ['MVI_1.MP4 MVI_1.THM']],
    [
      'a GoPro clip with its proxy',
      ['GL010001.LRV', 'GX010001.MP4', 'GX010001.THM'],
      ['GX010001.MP4 GL010001.LRV GX010001.THM'],
    ],
    [
      'settings of Capture One',
      ['day/CaptureOne/Settings153/a.CR3.cos', 'day/a.CR3'],
      ['day/a.CR3 day/CaptureOne/Settings153/a.CR3.cos'],
    ],
    ['a photo with its edits alone', ['a.jpg', 'a.jpg.xmp'], ['a.jpg a.jpg.xmp']],
    ['edits that two files could mean', ['a.CR3', 'a.tif', 'a.xmp'], ['a.CR3 a.xmp']],
  ])('are a set: %s', (_, names, sets) => {
    expect(setsIn(...names)).toEqual(sets)
  })

  it.each([
    ['two JPEGs of one name', ['a.JPG', 'a.jpeg']],
    ['RAWs of two cameras, and what could be of either', ['a.CR3', 'a.NEF', 'a.jpg', 'a.xmp']],
    ['a clip and a RAW', ['a.MOV', 'a.CR3']],
    ['two clips and a photo', ['a.MOV', 'a.MP4', 'a.JPG']],
    ['files of two folders', ['1/a.CR3', '2/a.JPG', '2/a.xmp.bak']],
    ['edits of a file that is not there', ['a.CR3.xmp', 'a.JPG']],
    ['sound that belongs to a clip', ['a.WAV', 'a.MP4']],
    ['documents', ['a.txt', 'a.pdf', 'a.json']],
    ['names that only begin alike', ['a.CR3', 'a-2.JPG', 'a 2.xmp']],
  ])('are none: %s', (_, names) => {
    expect(setsIn(...names)).toEqual([])
  })

  it('keep to their own shot where both have edits', () => {
    expect(setsIn('a.CR3', 'a.NEF', 'a.CR3.xmp', 'a.NEF.xmp')).toEqual(['a.CR3 a.CR3.xmp', 'a.NEF a.NEF.xmp'])
  })

  it('stand beside each other in the place of the first, and nothing else moves', () => {
    const names = ['IMG_1.CR3', 'IMG_1-2.txt', 'IMG_1.JPG', 'notes.txt', 'IMG_1.xmp', 'IMG_2.CR3']
    expect(besideEachOther(names, (name) => name)).toEqual([
      'IMG_1.CR3',
      'IMG_1.JPG',
      'IMG_1.xmp',
      'IMG_1-2.txt',
      'notes.txt',
      'IMG_2.CR3',
    ])
  })

  it('are each in one set at most, whatever the files are called', () => {
    const name = fc
      .tuple(
        fc.constantFrom('a', 'A', 'a.cr3', 'IMG_O1', 'IMG_1', 'GX1', 'GL1', '..', ''),
        fc.constantFrom(
          'cr3',
          'NEF',
          'jpg',
          'JPEG',
          'heic',
          'mov',
          'MP4',
          'xmp',
          'wav',
          'thm',
          'lrv',
          'aae',
          'txt',
          '',
        ),
      )
      .map(([stem, extension]) => `${stem}.${extension}`)
    fc.assert(
      fc.property(fc.array(name), (names) => {
        const entries = names.map((path, index) => ({ path, index }))
        const inSets = setsOf(entries, ({ path }) => path).flat()
        expect(new Set(inSets).size).toBe(inSets.length)
        const placed = besideEachOther(entries, ({ path }) => path)
        expect(placed.map(({ index }) => index).sort((a, b) => a - b)).toEqual(
          entries.map(({ index }) => index),
        )
      }),
    )
  })
})
