import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ExifTool } from 'exiftool-vendored'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ImagePool } from '../../src/main/images/convert/image-pool.ts'
import { stampSource } from '../../src/main/intake/source-file.ts'
import { PayloadStore } from '../../src/main/pipeline/payload-store.ts'
import { preparationOf } from '../../src/main/pipeline/prepare.ts'
import { imageWorkerEntry } from '../../src/main/program-files.ts'
import { payloadFormats, presetSchema } from '../../src/shared/presets.ts'
import { anItem } from '../main/an-item.ts'
import { placedPhotos } from '../main/images/place/placed-photos.ts'
import { temporaryFolder } from '../temporary-folder.ts'

/** Names of exiftool's tags that hold coordinates, in any group. */
const coordinateTag = /gps|latitude|longt?itude|altitude|coordinates|LRFTarget|ModelTie|geo:|ISO6709/i
/** Written anywhere: one of the two numbers that all photos of the corpus tell. */
const coordinateValue = /51\.50|51,30|51 deg 30|geo:lat|lat=|\+51\.5/

/** Exiftool's tags, in any group and any embedded file, that tell a place. */
async function toldBy(exiftool: ExifTool, path: string): Promise<string[]> {
  const readArgs = ['-G1', '-a', '-u', '-U', '-ee3', '-struct']
  const tags = (await exiftool.readRaw(path, { readArgs })) as Record<string, unknown>
  return Object.entries(tags).flatMap(([tag, value]) => {
    if (/^(SourceFile|System:|ExifTool:)/.test(tag)) return []
    const text = typeof value === 'string' ? value : JSON.stringify(value)
    return coordinateTag.test(tag) || coordinateValue.test(text) ? [`${tag}: ${text.slice(0, 80)}`] : []
  })
}

const noPlace = { name: 'no place', keepLocation: false, quality: 1 } as const
/** Copies in every format, and originals that the preset leaves alone. */
const presets = [
  ...payloadFormats.map((format) => presetSchema.parse({ ...noPlace, name: format, format })),
  presetSchema.parse({ ...noPlace, name: 'originals', convert: ['heic'] }),
  presetSchema.parse({ ...noPlace, name: 'originals of phones', convert: ['jpeg'] }),
]

describe('a preset that removes the place', () => {
  it.each(presets)(
    'lets exiftool find none in what is sent, or the row says that it may be told: $name',
    async (preset) => {
      const exiftool = new ExifTool()
      onTestFinished(() => exiftool.end())
      const folder = temporaryFolder()
      mkdirSync(join(folder, 'in'))
      const imagePool = new ImagePool(
        { entry: imageWorkerEntry, nodePath: process.execPath },
        { processes: 2 },
      )
      onTestFinished(() => imagePool.close())
      const payloads = new PayloadStore(folder)
      const wrong: string[] = []
      for (const { name, bytes, cleanable } of await placedPhotos(folder)) {
        const sourcePath = join(folder, 'in', name)
        writeFileSync(sourcePath, bytes)
        const ref = { sourcePath, relativePath: name }
        const item = anItem({ id: name, ...ref, ...(await stampSource(ref)) })
        const tools = { imagePool, payloads }
        const { note, payload } = await preparationOf(item, preset, new AbortController().signal, tools)
        const told = await toldBy(exiftool, payload?.path ?? sourcePath)
        const isSaid = note.kind === 'original-kept' && note.place === 'may-be-told'
        if (told.length > 0 && !isSaid)
          wrong.push(`${name} tells ${told.join(', ')}; ${JSON.stringify(note)}`)
        if (cleanable && (isSaid || payload === null))
          wrong.push(`${name} was not cleaned: ${JSON.stringify(note)}`)
        if (cleanable && told.length > 0) wrong.push(`${name} still tells ${told.join(', ')}`)
        // Exiftool looks into no film behind a picture and into no maker's segment that it does not know.
        if (!cleanable && note.kind === 'original-kept' && !isSaid)
          wrong.push(`${name} is thought to be clean`)
        if (!readFileSync(sourcePath).equals(bytes)) wrong.push(`${name} was changed`)
      }
      expect(wrong).toEqual([])
    },
    60_000,
  )

  it('is tried with photos that do tell their place', async () => {
    const exiftool = new ExifTool()
    onTestFinished(() => exiftool.end())
    const folder = temporaryFolder()
    const silent: string[] = []
    for (const { name, bytes } of await placedPhotos(folder)) {
      const path = join(folder, name)
      writeFileSync(path, bytes)
      if ((await toldBy(exiftool, path)).length === 0) silent.push(name)
    }
    expect(silent).toEqual(['picture.gif'])
  })
})
