/** The one table of file kinds, read from both sides: by main, which acts on it, and by the window, which shows it. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { photoKind } from '../../src/main/intake/photo-kind.ts'
import { fileIcon, groupIcons } from '../../src/renderer/ui/file-icon.ts'
import { type FileGroup, hasFacts, hasPicture, isPhoto, kindOf } from '../../src/shared/file-kinds.ts'
import type { PhotoFormat } from '../../src/shared/presets.ts'
import { skipBy, skipRulesSchema } from '../../src/shared/skip-rules.ts'
import { SurveyTally } from '../../src/shared/survey-tally.ts'
import { temporaryFolder } from '../temporary-folder.ts'

type Expected = readonly [extensions: string, group: FileGroup, format: PhotoFormat | null]

/** Written out a second time on purpose: a line lost from the table is a file that is skipped, or shown, as another kind. */
const expected: readonly Expected[] = [
  ['jpg jpeg jpe jfif', 'photo', 'jpeg'],
  ['png', 'photo', 'png'],
  ['webp', 'photo', 'webp'],
  ['tif tiff', 'photo', 'tiff'],
  ['avif', 'photo', 'avif'],
  ['heic heif hif', 'photo', 'heic'],
  ['gif psd jxl bmp', 'photo', null],
  ['cr2 cr3 crw nef nrw arw srf sr2 raf orf rw2 rwl dng pef srw 3fr fff iiq x3f erf gpr', 'raw', null],
  ['mov mp4 m4v avi mts m2ts mxf mkv crm braw r3d webm wmv 3gp mpg', 'video', null],
  ['xmp txt xml json csv pdf', 'document', null],
  ['exe bin thm', 'other', null],
]

const rows = expected.flatMap(([extensions, group, format]) =>
  extensions.split(' ').map((extension) => ({ extension, group, format })),
)

describe('the table of file kinds', () => {
  it.each(rows)('says what .$extension is: $group, $format', ({ extension, group, format }) => {
    expect(kindOf(`Shoot/IMG_1.${extension}`)).toEqual({ group, format })
    expect(kindOf(`Shoot/IMG_1.${extension.toUpperCase()}`)).toEqual({ group, format })
  })

  it.each(rows)('serves main and the window alike for .$extension', async ({ extension, group, format }) => {
    const name = `IMG_1.${extension}`
    const file = { relativePath: name, size: 1 }
    // The window: its icon and its survey.
    expect(fileIcon(name)).toBe(groupIcons[group])
    const leftOut = { entries: 0, names: [] }
    const tally = new SurveyTally({
      name: '',
      skip: () => null,
      maxFileSize: null,
      knowsList: false,
      leftOut,
    })
    tally.add(file)
    expect(tally.snapshot().groups[group].files).toBe(1)
    // Main: its skip rules, what a preset may convert, and whether a thumbnail is made where the window asks for one.
    expect(skipBy(skipRulesSchema.parse({ groups: [group] }))(file)).toEqual({ by: 'group', group })
    const sourcePath = join(temporaryFolder(), name)
    writeFileSync(sourcePath, 'x')
    const kind = await photoKind({ sourcePath, relativePath: name })
    const named = group === 'raw' || group === 'video' ? group : 'no-photo'
    expect(kind).toBe(format === null ? named : 'mislabelled')
    expect(hasPicture(kindOf(name))).toBe(group === 'raw' || group === 'video' || format !== null)
    expect(hasFacts(kindOf(name))).toBe(['photo', 'raw', 'video'].includes(group))
    expect(isPhoto(kindOf(name))).toBe(['photo', 'raw'].includes(group))
  })

  it.each(['jpg', '.jpg', 'IMG_1', 'IMG_1.', 'folder.jpg/IMG_1', ''])('finds no extension in %j', (name) => {
    expect(kindOf(name)).toEqual({ group: 'other', format: null })
  })
})
