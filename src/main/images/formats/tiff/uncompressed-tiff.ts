/** Wraps decoded pixels and their ICC profile in an uncompressed TIFF in memory, because sharp accepts a profile only from a file. */
import { tiffTags } from './tags.ts'
import { type TiffEntry, tiffTypes } from './tiff-directory.ts'
import { headerBytes, TiffWriter } from './tiff-writer.ts'

export interface Picture {
  readonly width: number
  readonly height: number
  /** 3: RGB, 4: RGB with transparency. */
  readonly channels: 3 | 4
  /** Of each channel; 16 are little-endian. */
  readonly bits: 8 | 16
  readonly icc: Buffer | null
}

/** Readers get a few rows at a time. */
const rowsPerStrip = 64
/** Values of fields, as TIFF 6.0 names them. */
const noCompression = 1
const rgbPhotometric = 2
const interleaved = 1
const unassociatedAlpha = 2

/**
 * @param fillRows writes the pixels, row after row without gaps, into the part of the file that is for them
 * @returns the file, little-endian
 */
export function uncompressedTiff(
  picture: Picture,
  fillRows: (pixels: Uint8Array) => void,
): Buffer<ArrayBuffer> {
  const { width, height, channels, bits } = picture
  const pixelBytes = (width * height * channels * bits) / 8
  const directoryOffset = headerBytes + pixelBytes + (pixelBytes % 2)
  const writer = new TiffWriter(true)
  const directory = writer.directory(entriesOf(picture, writer), directoryOffset)
  // An ArrayBuffer of its own can be transferred to another thread.
  const file = Buffer.from(new ArrayBuffer(directoryOffset + directory.length))
  writer.header(directoryOffset).copy(file)
  fillRows(file.subarray(headerBytes, headerBytes + pixelBytes))
  directory.copy(file, directoryOffset)
  return file
}

function entriesOf({ width, height, channels, bits, icc }: Picture, writer: TiffWriter): TiffEntry[] {
  const rowBytes = (width * channels * bits) / 8
  const strips = Array.from({ length: Math.ceil(height / rowsPerStrip) }, (_, strip) => strip)
  const rowsIn = (strip: number) => Math.min(rowsPerStrip, height - strip * rowsPerStrip)
  const entries = [
    writer.long(tiffTags.imageWidth, [width]),
    writer.long(tiffTags.imageLength, [height]),
    writer.short(tiffTags.bitsPerSample, new Array<number>(channels).fill(bits)),
    writer.short(tiffTags.compression, [noCompression]),
    writer.short(tiffTags.photometricInterpretation, [rgbPhotometric]),
    writer.long(
      tiffTags.stripOffsets,
      strips.map((strip) => headerBytes + strip * rowsPerStrip * rowBytes),
    ),
    writer.short(tiffTags.samplesPerPixel, [channels]),
    writer.long(tiffTags.rowsPerStrip, [rowsPerStrip]),
    writer.long(
      tiffTags.stripByteCounts,
      strips.map((strip) => rowsIn(strip) * rowBytes),
    ),
    writer.short(tiffTags.planarConfiguration, [interleaved]),
  ]
  if (channels === 4) entries.push(writer.short(tiffTags.extraSamples, [unassociatedAlpha]))
  if (icc !== null) {
    entries.push({ tag: tiffTags.iccProfile, type: tiffTypes.undefined, count: icc.length, value: icc })
  }
  return entries
}
