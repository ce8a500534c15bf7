import { describe, expect, it } from 'vitest'
import { ownersOf, sidecarRole } from '../../src/shared/sidecars.ts'

const folder = [
  'card/IMG_1.CR3',
  'card/IMG_1.JPG',
  'card/IMG_2.CR3',
  'card/IMG_1234.HEIC',
  'card/MVI_7.MP4',
  'card/GX010042.MP4',
  'card/IMG_1.XMP',
  'other/IMG_1.CR3',
  'card/notes.txt',
  'card/CRW_0001.CRW',
  'card/VID_20240501_101112_00_012.insv',
  'card/DJI_0042.MP4',
  'card/IMG_1234.MOV',
]

describe('a sidecar', () => {
  it.each([
    ['card/IMG_1.XMP', 'edits', ['card/IMG_1.CR3', 'card/IMG_1.JPG']],
    ['card/img_1.cr3.xmp', 'edits', ['card/IMG_1.CR3']],
    ['card/IMG_2.CR3.dop', 'edits', ['card/IMG_2.CR3']],
    ['card/CaptureOne/Settings153/IMG_2.CR3.cos', 'edits', ['card/IMG_2.CR3']],
    ['card/IMG_2.CR3.pp3', 'edits', ['card/IMG_2.CR3']],
    ['card/IMG_1_01.CR3.xmp', 'edits', ['card/IMG_1.CR3']],
    ['card/IMG_1_01.XMP', 'edits', []],
    ['card/IMG_1234.AAE', 'edits', ['card/IMG_1234.HEIC', 'card/IMG_1234.MOV']],
    ['card/IMG_O1234.AAE', 'edits', ['card/IMG_1234.HEIC', 'card/IMG_1234.MOV']],
    ['card/CRW_0001.THM', 'thumbnail', ['card/CRW_0001.CRW']],
    ['card/GX010042.THM', 'thumbnail', ['card/GX010042.MP4']],
    ['card/LRV_20240501_101112_11_012.lrv', 'proxy', ['card/VID_20240501_101112_00_012.insv']],
    ['card/DJI_0042.LRF', 'proxy', ['card/DJI_0042.MP4']],
    ['card/MVI_7.WAV', 'voice-memo', []],
    ['card/MVI_7.THM', 'thumbnail', ['card/MVI_7.MP4']],
    ['card/GL010042.LRV', 'proxy', ['card/GX010042.MP4']],
    ['card/IMG_2.WAV', 'voice-memo', ['card/IMG_2.CR3']],
    ['card/interview.WAV', 'voice-memo', []],
  ] as const)('%s belongs to its photo or clip', (path, role, owners) => {
    expect(sidecarRole(path)).toBe(role)
    expect(ownersOf(path, folder)).toEqual(owners)
  })

  it('is nothing else', () => {
    for (const path of ['card/IMG_1.CR3', 'card/notes.txt', 'xmp', 'card/constructor', 'card/a.__proto__']) {
      expect([path, sidecarRole(path), ownersOf(path, folder)]).toEqual([path, null, []])
    }
  })
})
