/**
 * What a file is by its name: the one table that skip rules, surveys, icons, sorting, thumbnails and payload checks read.
 * Pure: whoever needs to know whether the bytes agree looks at them (main/intake/photo-kind.ts).
 */
import type { PhotoFormat } from './presets.ts'

/** The groups that people tell apart, in the order in which lists sort and menus name them. */
export const fileGroups = ['photo', 'raw', 'video', 'document', 'other'] as const
export type FileGroup = (typeof fileGroups)[number]

export interface FileKind {
  readonly group: FileGroup
  /** The format that PhotoFerry can decode and convert; null for every other file, photos such as GIF and PSD included. */
  readonly format: PhotoFormat | null
}

const unknown: FileKind = { group: 'other', format: null }

const byExtension = new Map<string, FileKind>([
  ...row('photo', 'jpeg', 'jpg jpeg jpe jfif'),
  ...row('photo', 'png', 'png'),
  ...row('photo', 'webp', 'webp'),
  ...row('photo', 'tiff', 'tif tiff'),
  ...row('photo', 'avif', 'avif'),
  ...row('photo', 'heic', 'heic heif hif'),
  ...row('photo', null, 'gif bmp psd psb jxl jp2 j2k j2c jpx jpf jxr wdp hdp mpo insp'),
  // RAW files look like TIFF inside: only the name tells them apart.
  ...row(
    'raw',
    null,
    '3fr arw bay cap cin cr2 cr3 crw dcr dng erf fff gpr iiq k25 kdc mef mos mrw nef nrw orf pef ptx raf raw rw2 rwl sr2 srf srw x3f',
  ),
  // Cinema RAW (braw, crm, r3d) is a video to whoever looks for it, and has no picture that can be shown.
  ...row(
    'video',
    null,
    '3gp avi braw crm dv insv lrv m2ts m4v mkv mov mp4 mpeg mpg mts mxf ogv r3d webm wmv',
  ),
  ...row('document', null, 'xmp txt xml json csv pdf md rtf doc docx xls xlsx htm html'),
])

/** @param path a name, or parts joined by `/` */
export function kindOf(path: string): FileKind {
  return byExtension.get(extensionOf(path)) ?? unknown
}

/** Whether it is one photo: what it says of itself (camera, date …) counts for its name and for the files beside it. */
export function isPhoto({ group }: FileKind): boolean {
  return group === 'photo' || group === 'raw'
}

/** Whether a thumbnail may be made of such a file; of a clip only where its camera left one. */
export function hasPicture({ group, format }: FileKind): boolean {
  return group === 'raw' || group === 'video' || format !== null
}

/** Whether its facts (camera, date, size, duration …) may be read. */
export function hasFacts({ group }: FileKind): boolean {
  return group === 'photo' || group === 'raw' || group === 'video'
}

/** @returns lowercase, without its dot; empty where there is none, as for `.hidden` */
export function extensionOf(path: string): string {
  return /[^/]\.([^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? ''
}

function row(group: FileGroup, format: PhotoFormat | null, extensions: string): [string, FileKind][] {
  const kind = { group, format }
  return extensions.split(' ').map((extension) => [extension, kind])
}
