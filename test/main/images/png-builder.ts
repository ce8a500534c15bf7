/** Inserts chunks into PNG files for tests. */
/** Of the signature and the first chunk, which is IHDR. */
const headBytes = 8 + 25
const endBytes = 12

/** @param before goes behind IHDR; `behind` goes behind the picture */
export function withChunks(png: Buffer, before: readonly Buffer[], behind: readonly Buffer[] = []): Buffer {
  const end = png.length - endBytes
  return Buffer.concat([
    png.subarray(0, headBytes),
    ...before,
    png.subarray(headBytes, end),
    ...behind,
    png.subarray(end),
  ])
}
