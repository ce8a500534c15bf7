/** What a file is by its name alone: which pictures can be decoded, what is RAW, what is a clip. Pure vocabulary. */
import type { PhotoFormat } from './presets.ts'

export type NamedKind = PhotoFormat | 'raw' | 'video' | 'no-photo'

/** RAW files look like TIFF inside: only the name tells them. */
const rawExtensions =
  '3fr arw bay braw cap cin cr2 cr3 crw dcr dng erf fff gpr iiq k25 kdc mef mos mrw nef nrw orf pef ptx r3d raf raw rw2 rwl sr2 srf srw x3f'
const videoExtensions = '3gp avi crm dv m2ts m4v mkv mov mp4 mpeg mpg mts mxf ogv webm wmv'

const byExtension = new Map<string, NamedKind>([
  ...entries(rawExtensions, 'raw'),
  ...entries(videoExtensions, 'video'),
  ...entries('heic heif hif', 'heic'),
  ...entries('jpg jpeg jpe jfif', 'jpeg'),
  ...entries('tif tiff', 'tiff'),
  ...entries('png', 'png'),
  ...entries('webp', 'webp'),
  ...entries('avif', 'avif'),
])

/** @param path a name, or parts joined by `/` */
export function namedKind(path: string): NamedKind {
  return byExtension.get(extensionOf(path)) ?? 'no-photo'
}

/** @returns lowercase, without its dot; empty where there is none */
export function extensionOf(path: string): string {
  return /[^/]\.([^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? ''
}

function entries(extensions: string, kind: NamedKind): [string, NamedKind][] {
  return extensions.split(' ').map((extension) => [extension, kind])
}
