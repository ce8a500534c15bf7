import { ExifTool } from 'exiftool-vendored'
import { expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../temporary-folder.ts'
import { prepareAll, presetTable } from './preset-table.ts'
import { tableInReadme } from './readme-table.ts'

const isLarge = process.env.PHOTOFERRY_LARGE_PHOTOS !== undefined
const size = isLarge ? { width: 6000, height: 4000 } : { width: 240, height: 160 }

it('every preset keeps and changes what the README says', {
  timeout: isLarge ? 1_200_000 : 60_000,
}, async (context) => {
  const exiftool = new ExifTool()
  onTestFinished(() => exiftool.end())
  const works = await exiftool.version().catch(() => null)
  if (works === null) return context.skip('exiftool needs Perl, which is not here')
  const found = await prepareAll(temporaryFolder(), exiftool, size)
  for (const photos of found.values()) {
    const unconverted = photos.filter(({ after }) => after === null).map(({ preparation: { note } }) => note)
    expect(unconverted).toHaveLength(4)
    for (const note of unconverted) expect(note).toMatchObject({ kind: 'original-kept', reason: 'raw' })
  }
  expect(presetTable(found)).toBe(tableInReadme())
})
