/** Reads what a clip says of itself: its kind, size, duration, date and camera. Runs only in the thumbnail worker. */
import { EncodedPacketSink, type Input, type InputVideoTrack } from 'mediabunny'
import { extensionOf } from '../../../shared/file-kinds.ts'
import type { PhotoFacts } from '../../../shared/photo-facts.ts'
import { cameraName } from '../facts/facts-of.ts'
import { type Bytes, MalformedPhoto, valueIfMalformed } from '../formats/bytes.ts'
import { frameTime, movieTime, statedTime } from './clip-time.ts'
import { withClip } from './open-clip.ts'

const nothing: PhotoFacts = {
  camera: null,
  lens: null,
  exposureSeconds: null,
  aperture: null,
  iso: null,
  focalLengthMm: null,
  takenAt: null,
  width: null,
  height: null,
  hasLocation: false,
}

/**
 * @param path of the same file, for its name
 * @throws MalformedPhoto for what is no clip of a known kind
 */
export async function readClipFacts(path: string, bytes: Bytes): Promise<PhotoFacts> {
  const cinema = await cinemaKind(path, bytes)
  // Broken tables are worth no more than none.
  const found = await withClip(bytes, (clip) => factsOf(clip, bytes)).catch(() => null)
  if (found === null && cinema === null) throw new MalformedPhoto('no clip of a known kind')
  return { ...nothing, ...found, ...(cinema !== null && { format: cinema }) }
}

/** Kinds of cinema cameras, which hold nothing else that can be read here. */
async function cinemaKind(path: string, bytes: Bytes): Promise<string | null> {
  const head = await bytes.read(0, Math.min(16, bytes.size))
  if (/^RED[12]$/.test(head.toString('latin1', 4, 8))) return 'REDCODE RAW'
  if (head.toString('hex', 0, 4) === '060e2b34') return 'MXF'
  if (head.toString('latin1', 4, 12) === 'ftypcrx ') return 'Cinema RAW Light'
  const isMovie = /^(?:ftyp|moov|mdat|wide|free|skip)$/.test(head.toString('latin1', 4, 8))
  return isMovie && extensionOf(`/${path}`) === 'braw' ? 'Blackmagic RAW' : null
}

async function factsOf(clip: Input, bytes: Bytes): Promise<Partial<PhotoFacts>> {
  const track = await clip.getPrimaryVideoTrack()
  const tags = await tagsOf(clip)
  const [width, height] = track ? [await track.getDisplayWidth(), await track.getDisplayHeight()] : []
  return {
    camera: cameraName(
      tags.get('com.apple.quicktime.make') ?? tags.get('©mak') ?? null,
      tags.get('com.apple.quicktime.model') ?? tags.get('©mod') ?? null,
    ),
    takenAt: await takenAtOf(tags, bytes, track),
    width: width && width > 0 ? Math.round(width) : null,
    height: height && height > 0 ? Math.round(height) : null,
    durationSeconds: await durationOf(clip, track),
    format: await formatOf(clip, track),
    hasLocation: tags.has('com.apple.quicktime.location.ISO6709') || tags.has('©xyz'),
  }
}

/** Texts by their key: four letters, or a name of QuickTime's. */
async function tagsOf(clip: Input): Promise<ReadonlyMap<string, string>> {
  const { raw = {} } = await clip.getMetadataTags().catch(() => ({ raw: {} }))
  return new Map(
    Object.entries(raw).flatMap(([key, value]) =>
      typeof value === 'string' && value.trim() !== '' ? [[key, value.trim().slice(0, maxTagLength)]] : [],
    ),
  )
}
const maxTagLength = 200

async function takenAtOf(
  tags: ReadonlyMap<string, string>,
  bytes: Bytes,
  track: InputVideoTrack | null,
): Promise<string | null> {
  for (const key of ['com.apple.quicktime.creationdate', '©day']) {
    const time = statedTime(tags.get(key) ?? '')
    if (time !== null) return time
  }
  const inHead = await movieTime(bytes).catch(valueIfMalformed(null))
  if (inHead !== null || track === null || (await track.getCodec()) !== 'avc') return inHead
  const frame = await new EncodedPacketSink(track).getFirstPacket().catch(() => null)
  return frame && frameTime(Buffer.from(frame.data.buffer, frame.data.byteOffset, frame.data.byteLength))
}

/** As the head states it, else by the last frame. */
async function durationOf(clip: Input, track: InputVideoTrack | null): Promise<number | null> {
  const stated = await clip.getDurationFromMetadata().catch(() => null)
  const seconds = stated ?? (await clip.computeDuration(track ? [track] : undefined).catch(() => null))
  return seconds !== null && Number.isFinite(seconds) && seconds > 0 ? seconds : null
}

/** Names as they stand on boxes and in menus of cameras. */
const containers: Readonly<Record<string, string>> = {
  'QuickTime File Format': 'QuickTime',
  'MPEG Transport Stream': 'MPEG-TS',
}
const codecs: Readonly<Record<string, string>> = {
  avc: 'H.264',
  hevc: 'H.265',
  av1: 'AV1',
  vp8: 'VP8',
  vp9: 'VP9',
}

async function formatOf(clip: Input, track: InputVideoTrack | null): Promise<string> {
  const { name } = await clip.getFormat()
  const codec = (await track?.getCodec()) ?? null
  const container = containers[name] ?? name
  return codec === null ? container : `${container} · ${codecs[codec] ?? codec}`
}
