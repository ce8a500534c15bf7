/** Opens a clip with mediabunny, which reads its heads alone: a clip may have hundreds of gigabytes. Bounded. */
import { CustomSource, Input, MATROSKA, MP4, MPEG_TS, QTFF, WEBM } from 'mediabunny'
import { type Bytes, MalformedPhoto } from '../formats/bytes.ts'

const formats = [MP4, QTFF, MPEG_TS, MATROSKA, WEBM]
/** Of one clip: the tables of a long one take a few megabytes, and looking for the end of a transport stream as many. */
const maxClipBytes = 64 << 20

/** @returns what `use` makes of it; null for what is no clip that can be read */
export async function withClip<Result>(
  bytes: Bytes,
  use: (clip: Input) => Promise<Result>,
): Promise<Result | null> {
  let left = maxClipBytes
  const source = new CustomSource({
    getSize: () => bytes.size,
    read: async (start, end) => {
      left -= end - start
      if (left < 0) throw new MalformedPhoto(`more than ${maxClipBytes} bytes of a clip`)
      return bytes.read(start, end - start)
    },
    // Pages of a disk instead of thousands of small reads.
    prefetchProfile: 'fileSystem',
    // Whoever waits for the bytes is told.
    handleUnhandledError: () => undefined,
  })
  const clip = new Input({ source, formats })
  try {
    return (await clip.canRead()) ? await use(clip) : null
  } finally {
    clip.dispose()
  }
}
