/** Reads the digests of RFC 9530, as `Content-Digest` (of a body) and `Repr-Digest` (of a whole file) state them. */

/** @returns the SHA-256 in lowercase hex, perhaps among other digests; undefined without a valid one */
export function sha256In(field: string): string | undefined {
  return hexOf(/(?:^|,)\s*sha-256=:([A-Za-z0-9+/]{43}=):/.exec(field)?.[1])
}

/** @returns the CRC-32C in lowercase hex, big-endian, perhaps among other digests; undefined without a valid one */
export function crc32cIn(field: string): string | undefined {
  return hexOf(/(?:^|,)\s*crc32c=:([A-Za-z0-9+/]{6}==):/.exec(field)?.[1])
}

/** @param sha256 lowercase hex */
export function digestField(sha256: string): string {
  return `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`
}

function hexOf(base64: string | undefined): string | undefined {
  return base64 === undefined ? undefined : Buffer.from(base64, 'base64').toString('hex')
}
