/** What kind of file a name promises, by its extension: for icons, filters and sorting. Pure. */

const extensions = {
  photo: ['jpg', 'jpeg', 'png', 'heic', 'heif', 'avif', 'webp', 'tif', 'tiff', 'gif', 'psd', 'jxl'],
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
  film: ['mov', 'mp4', 'm4v', 'avi', 'mts', 'm2ts', 'mxf', 'mkv', 'crm', 'braw', 'r3d'],
  words: ['xmp', 'txt', 'xml', 'json', 'csv', 'pdf'],
} as const

/** Every kind, in the order in which lists sort and menus name them. */
export const fileKinds = ['photo', 'raw', 'film', 'words', 'other'] as const
export type FileKind = (typeof fileKinds)[number]

const kinds = new Map<string, FileKind>(
  Object.entries(extensions).flatMap(([kind, list]) =>
    list.map((extension) => [extension, kind as FileKind]),
  ),
)

/** @param name a file name, or a path that ends in one */
export function kindOf(name: string): FileKind {
  return kinds.get(name.slice(name.lastIndexOf('.') + 1).toLowerCase()) ?? 'other'
}
