/**
 * Files that belong to a photo or a clip: edits, thumbnails, proxies and voice memos that cameras and programs write beside
 * them. The one table; pure, by names alone.
 */
import { extensionOf, type FileGroup, kindOf } from './file-kinds.ts'

export type SidecarRole = 'edits' | 'thumbnail' | 'proxy' | 'voice-memo'

interface Sidecar {
  readonly role: SidecarRole
  /** What it can belong to. */
  readonly of: readonly FileGroup[]
}

const edits: Sidecar = { role: 'edits', of: ['photo', 'raw', 'video'] }
/** Extension -> what it is: XMP of Adobe and darktable, DxO's DOP, Capture One's COS, RawTherapee's PP3, Apple's AAE. */
const sidecars: Readonly<Record<string, Sidecar>> = {
  xmp: edits,
  dop: edits,
  cos: edits,
  pp3: edits,
  aae: edits,
  thm: { role: 'thumbnail', of: ['photo', 'raw', 'video'] },
  lrv: { role: 'proxy', of: ['video'] },
  /** DJI's. */
  lrf: { role: 'proxy', of: ['video'] },
  wav: { role: 'voice-memo', of: ['photo', 'raw'] },
}

/** @returns null for what is no sidecar; a WAV may also stand for itself, which its neighbours tell */
export function sidecarRole(path: string): SidecarRole | null {
  return sidecarOf(path)?.role ?? null
}

function sidecarOf(path: string): Sidecar | undefined {
  const extension = extensionOf(path)
  return Object.hasOwn(sidecars, extension) ? sidecars[extension] : undefined
}

/**
 * The files that a sidecar belongs to: those with its name before the extension (`IMG_1.XMP`), or with its whole name before
 * the last one (`IMG_1.CR3.dop`), in the same folder, in any case. Capture One's settings are two folders deeper.
 * @param path of the sidecar, parts joined by `/`
 * @param others paths to choose from
 * @returns none for what is no sidecar; two where a RAW and a JPEG share it
 */
export function ownersOf(path: string, others: Iterable<string>): string[] {
  const sidecar = sidecarOf(path)
  if (sidecar === undefined) return []
  const stem = withoutExtension(path.replace(/\/CaptureOne\/Settings\d*\//i, '/')).toLowerCase()
  const stems = new Set([stem, ...renamings.map(([from, to]) => stem.replace(from, to))])
  return [...others].filter((other) => {
    if (!sidecar.of.includes(kindOf(other).group) || sidecarOf(other) !== undefined) return false
    const name = other.toLowerCase()
    return stems.has(name) || stems.has(withoutExtension(name))
  })
}

/** How programs and cameras change a name for what they write beside a file; of lowercase paths without the last extension. */
const renamings: readonly (readonly [from: RegExp, to: string])[] = [
  // GoPro names proxies GL…, clips GX… or GH….
  [/(^|\/)gl(\d+)$/, '$1gx$2'],
  [/(^|\/)gl(\d+)$/, '$1gh$2'],
  // Insta360: LRV_date_time_11_number, VID_date_time_00_number.
  [/(^|\/)lrv_(\d+_\d+)_\d\d_(\d+)$/, '$1vid_$2_00_$3'],
  // Apple keeps the edits of IMG_1234 in IMG_O1234 once they were edited twice.
  [/(^|\/)img_o(\d+)$/, '$1img_$2'],
  // darktable's further versions of IMG_1.CR3: IMG_1_01.CR3.xmp.
  [/_\d\d(\.[^./]+)$/, '$1'],
]

function withoutExtension(path: string): string {
  const extension = extensionOf(path)
  return extension === '' ? path : path.slice(0, -extension.length - 1)
}
