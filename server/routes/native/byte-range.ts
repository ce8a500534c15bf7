/** Reads a Range header (RFC 9110 section 14.1.2): pure. */

export interface ByteRange {
  readonly start: number
  /** Included. */
  readonly end: number
}

/**
 * The one range of bytes that is asked for. A suffix longer than the file means the whole file.
 * @param size bytes of the whole file
 * @returns undefined for what is to be ignored: other units, rubbish, and several ranges at once, which a server may
 * answer with the whole; `outside` when no byte of the file is asked for
 */
export function parseByteRange(header: string, size: number): ByteRange | 'outside' | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header.replaceAll(' ', ''))
  if (match === null) return undefined
  const [first = '', last = ''] = [match[1], match[2]]
  if (first === '' && last === '') return undefined
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first)
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1)
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined
  return start >= size || (first === '' && Number(last) === 0) ? 'outside' : { start, end }
}
