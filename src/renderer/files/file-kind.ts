/** Which icon stands for a file, by its extension. */
import { IconCamera, IconFile, IconFileText, IconMovie, IconPhoto } from '@tabler/icons-react'

const extensions = {
  raw: [
    'cr2',
    'cr3',
    'crw',
    'nef',
    'nrw',
    'arw',
    'srf',
    'raf',
    'orf',
    'rw2',
    'dng',
    'pef',
    'srw',
    '3fr',
    'iiq',
  ],
  photo: ['jpg', 'jpeg', 'png', 'heic', 'heif', 'avif', 'webp', 'tif', 'tiff', 'gif', 'psd', 'jxl'],
  film: ['mov', 'mp4', 'm4v', 'avi', 'mts', 'm2ts', 'mxf', 'mkv', 'crm', 'braw', 'r3d'],
  words: ['xmp', 'txt', 'xml', 'json', 'csv', 'pdf'],
} as const

type Kind = keyof typeof extensions

const icons = { raw: IconCamera, photo: IconPhoto, film: IconMovie, words: IconFileText }
const kinds = new Map<string, Kind>(
  Object.entries(extensions).flatMap(([kind, list]) => list.map((extension) => [extension, kind as Kind])),
)

export function iconOf(name: string) {
  const kind = kinds.get(name.slice(name.lastIndexOf('.') + 1).toLowerCase())
  return kind === undefined ? IconFile : icons[kind]
}
