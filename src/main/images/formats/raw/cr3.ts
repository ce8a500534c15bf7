/** Canon's CR3: boxes, one of them with a thumbnail and small TIFF structures, another with the preview. */
import { boxesIn } from '../boxes.ts'
import { type Bytes, valueIfMalformed, within } from '../bytes.ts'
import type { DirectoryKind, TiffDirectory } from '../tiff/tiff-directory.ts'
import { readDirectories } from '../tiff/tiff-reader.ts'
import type { RawContainer } from './raw-container.ts'

export const canonBrand = 'crx '
const metadataBox = '85c0b687820f11e08111f4ce462b6a48'
const previewBox = 'eaf42b5e1c984b88b9fbb7dc406e4d16'
/** Box type -> what the TIFF structure in it describes. */
const directoryBoxes: ReadonlyMap<string, DirectoryKind> = new Map([
  ['CMT1', 'image'],
  ['CMT2', 'exif'],
  ['CMT4', 'gps'],
])
/** Before the preview's own box. */
const previewHeadBytes = 8

export async function openCr3(bytes: Bytes): Promise<RawContainer> {
  const jpegs: Bytes[] = []
  const directories: TiffDirectory[] = []
  for (const { type, uuid, content } of await boxesIn(bytes)) {
    if (uuid === previewBox && content.size > previewHeadBytes) {
      const span = { offset: previewHeadBytes, length: content.size - previewHeadBytes }
      jpegs.push(...(await jpegsIn(within(content, span), 'PRVW')))
    }
    if (type !== 'moov') continue
    const metadata = (await boxesIn(content)).find((box) => box.uuid === metadataBox)
    if (metadata === undefined) continue
    jpegs.push(...(await jpegsIn(metadata.content, 'THMB')))
    directories.push(...(await directoriesIn(metadata.content)))
  }
  return { jpegs, directories, sensor: null }
}

async function directoriesIn(metadata: Bytes): Promise<TiffDirectory[]> {
  const found: TiffDirectory[] = []
  for (const { type, content } of await boxesIn(metadata)) {
    const kind = directoryBoxes.get(type)
    const [first, ...named] = kind ? await readDirectories(content).catch(valueIfMalformed([])) : []
    if (kind && first) found.push(first.as(kind), ...named.filter((one) => one.kind === 'interoperability'))
  }
  return found
}

/** The JPEGs in the boxes of one type. A few fields stand before each; how many depends on the camera. */
async function jpegsIn(bytes: Bytes, type: string): Promise<Bytes[]> {
  const jpegs: Bytes[] = []
  for (const box of await boxesIn(bytes)) {
    if (box.type !== type) continue
    const head = await box.content.read(0, Math.min(32, box.content.size))
    const offset = head.indexOf('ffd8ff', 0, 'hex')
    if (offset >= 0) jpegs.push(within(box.content, { offset, length: box.content.size - offset }))
  }
  return jpegs
}
