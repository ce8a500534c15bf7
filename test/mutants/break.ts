/** What a deliberate break is: a piece of source text that is replaced by another, so that a promise no longer holds. */

/** The rules by which PhotoFerry can be trusted. They close kinds of failures, so each stands above several promises. */
export const trustRules = {
  T1: 'A failure belongs to the file, the connection, the server or the machine, and only the file’s own count against it.',
  T2: 'Safe means safe now: sources are looked at again before a batch counts as finished and before a receipt is written.',
  T3: 'Same means the same bytes: size and SHA-256 decide, an MD5 alone never makes a stored file stand for bytes.',
  T4: 'What once failed to sync is not read as good.',
  T5: 'Stored files are looked after: what is no longer what was stored stands for nothing.',
  T6: 'Counts add up to what was dropped, in every place that shows one.',
  T7: 'Room is kept for deleting.',
  T8: 'The peer is not trusted: answers have a size, a time and a shape, on both ends.',
} as const

type TrustRule = keyof typeof trustRules

/** A promise of docs/promises.md, or a rule of trust. */
type Kept = `R${number}` | `S${number}` | TrustRule

interface Edit {
  /** Text that occurs exactly once in the file. */
  readonly find: string
  readonly replace: string
}

export interface Break extends Edit {
  /** Unique; a few words with dashes. */
  readonly id: string
  /** What no longer holds with it, at least one. */
  readonly keeps: readonly Kept[]
  /** Path of the source file, from the root of the project. */
  readonly file: string
  /** More in the same file, where two lines keep one promise and either would do. */
  readonly also?: readonly Edit[]
  /** Path of a test file -> a part of the titles (of a test or of a group) of which one at least must fail. */
  readonly noticedBy: Readonly<Record<string, string>>
}
