/** The digests that stand for the bytes of a whole file (docs/same-bytes.md). */

/** Both of the same bytes, lowercase hex. SHA-256 decides what is the same; MD5 is what servers of before know. */
export interface Digests {
  readonly md5: string
  readonly sha256: string
}
