/** Finds a picture of a clip without decoding it: one that the camera put into it, or beside it. Runs only in the thumbnail worker. */
import { EncodedPacketSink } from 'mediabunny'
import { boxesIn } from '../formats/boxes.ts'
import { type Bytes, bufferBytes, valueIfMalformed } from '../formats/bytes.ts'
import { readJpegHeader } from '../formats/jpeg.ts'
import { withOpenFile } from '../open-file.ts'
import { withClip } from './open-clip.ts'

/** Of a picture, and of what a camera keeps beside the tracks. */
const maxPictureBytes = 8 << 20
const maxCandidates = 8
const startOfJpeg = Buffer.from('ffd8ff', 'hex')

/**
 * @param path of the same file; pictures are looked for beside it, too
 * @returns a JPEG; null if there is none
 */
export async function clipPicture(path: string, bytes: Bytes): Promise<Buffer | null> {
  const inside = (await firstFrame(bytes)) ?? (await userDataPicture(bytes).catch(valueIfMalformed(null)))
  return inside ?? besidePicture(path)
}

/** The first frame of Motion JPEG, whose frames are photos. */
async function firstFrame(bytes: Bytes): Promise<Buffer | null> {
  const frame = await withClip(bytes, async (clip) => {
    const track = await clip.getPrimaryVideoTrack()
    // Any codec that the library knows is none whose frames are JPEGs.
    if (track === null || (await track.getCodec()) !== null) return null
    return (await new EncodedPacketSink(track).getFirstPacket())?.data ?? null
  }).catch(() => null)
  return frame && asJpeg(Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength))
}

/** Canon, Nikon, Panasonic and others keep JPEGs in the movie's user data; each in boxes of its own making. */
async function userDataPicture(bytes: Bytes): Promise<Buffer | null> {
  const movie = (await boxesIn(bytes)).find(({ type }) => type === 'moov')
  const found: Candidate[] = []
  for (const { type, content } of movie ? await boxesIn(movie.content) : []) {
    if ((type !== 'udta' && type !== 'meta') || content.size > maxPictureBytes) continue
    found.push(...(await jpegsIn(await content.read(0, content.size))))
  }
  return found.sort((a, b) => b.pixels - a.pixels)[0]?.jpeg ?? null
}

interface Candidate {
  /** From its first byte on; what stands behind its end does no harm. */
  readonly jpeg: Buffer
  readonly pixels: number
}

async function jpegsIn(data: Buffer): Promise<Candidate[]> {
  const found: Candidate[] = []
  let at = data.indexOf(startOfJpeg)
  for (let tried = 0; at >= 0 && tried < maxCandidates; tried++) {
    const jpeg = data.subarray(at)
    const header = await readJpegHeader(bufferBytes(jpeg)).catch(valueIfMalformed(null))
    if (header !== null) found.push({ jpeg, pixels: header.width * header.height })
    at = data.indexOf(startOfJpeg, at + 1)
  }
  return found
}

/** The camera's `.THM`: a JPEG of the clip's name. GoPro's proxies begin with GL, their clips with GX or GH. */
async function besidePicture(path: string): Promise<Buffer | null> {
  const stem = path.replace(/\.[^./\\]+$/, '')
  const stems = [stem, ...['GX', 'GH'].map((prefix) => stem.replace(/GL(\d{6})$/, `${prefix}$1`))]
  for (const name of new Set(stems.flatMap((one) => [`${one}.THM`, `${one}.thm`]))) {
    const found = await withOpenFile(name, (beside) =>
      beside.size > maxPictureBytes ? Promise.resolve(null) : beside.read(0, beside.size),
    ).catch(() => null)
    const jpeg = found && (await asJpeg(found))
    if (jpeg) return jpeg
  }
  return null
}

async function asJpeg(data: Buffer): Promise<Buffer | null> {
  const header = await readJpegHeader(bufferBytes(data)).catch(valueIfMalformed(null))
  return header && data
}
