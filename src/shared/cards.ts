/** Memory cards that are connected: what is known of each, and the certificate that says that it may be formatted. */
import { z } from 'zod'
import { receiptLineSchema } from './history.ts'
import type { ErrorInfo } from './protocol/errors.ts'

/** What to do when a card is connected: ask, upload what the library lacks, or nothing. */
export const cardChoices = ['ask', 'upload', 'ignore'] as const
export type CardChoice = (typeof cardChoices)[number]

/**
 * Why a card must not be formatted because of a file: in the order in which they are named.
 * - `new`: it came to the card, or another one of its name did, after the card was added or while it was checked;
 * - `changed`: the server has an earlier version of it;
 * - `not-stored`: the server has no file with its bytes;
 * - `lost`: it was stored, and the server no longer has it whole;
 * - `copy-only`: only a converted copy of it was uploaded;
 * - `skipped`: one of the person's rules left it out;
 * - `failed`, `canceled`, `empty`: what the list says of it;
 * - `unreadable`: the card did not give its bytes once more;
 * - `left-out`: a photo or video in a folder of the system, such as the trash, that no upload looks into.
 */
export const unsafeReasons = [
  'unreadable',
  'failed',
  'lost',
  'changed',
  'new',
  'not-stored',
  'copy-only',
  'skipped',
  'canceled',
  'empty',
  'left-out',
] as const
export type UnsafeReason = (typeof unsafeReasons)[number]

interface UnsafeFile {
  /** Path on the card, parts joined by `/`. */
  readonly path: string
  readonly reason: UnsafeReason
}

/** Files that a row names; the others are only counted. */
export const unsafeNamed = 50

/** What a check of a card, or a look at its names alone, came to. */
export interface UnsafeFindings {
  /** ms since 1970. */
  readonly atMs: number
  /** Whether every byte was read; false where names and the list said enough. */
  readonly readAll: boolean
  readonly files: number
  readonly counts: Readonly<Partial<Record<UnsafeReason, number>>>
  /** The first `unsafeNamed`. */
  readonly named: readonly UnsafeFile[]
}

/** Where a card stands. All `…Bytes` are bytes, all times ms since 1970. */
export type CardState =
  /** It waits for the person. */
  | { readonly phase: 'found' }
  | { readonly phase: 'uploading'; readonly filesLeft: number }
  /** It was taken out, and files wait for it; with none left, before it was proven. */
  | { readonly phase: 'away'; readonly filesLeft: number }
  /** Every byte is being read once more and looked for at the server. */
  | {
      readonly phase: 'checking'
      readonly checkedFiles: number
      readonly files: number
      readonly readBytes: number
      readonly bytes: number
      /** Whether the server is away, and waited for. */
      readonly waiting: boolean
    }
  | {
      readonly phase: 'safe'
      readonly certificateId: string
      readonly atMs: number
      readonly leftOut: number
    }
  | { readonly phase: 'unsafe'; readonly findings: UnsafeFindings }
  /** The check could not be made. */
  | { readonly phase: 'unknown'; readonly error: ErrorInfo }
  | { readonly phase: 'ejecting' }

/** A card as the window shows it. */
export interface CardRow {
  /** Of this connection of it: the card has another one after it was out. */
  readonly id: string
  /** Its label. */
  readonly name: string
  /** Absolute. */
  readonly mountPoint: string
  /** False once it was ejected or taken out. */
  readonly connected: boolean
  /** What is on it, without what the system left there; null while it is counted. */
  readonly found: { readonly files: number; readonly bytes: number } | null
  /** The server that it goes to. */
  readonly serverId: string
  readonly state: CardState
}

/** What was proven of a card: every file on it was read once more, and the server had read its own bytes of it just then. */
export const cardCertificateSchema = z.object({
  id: z.uuid(),
  card: z.object({
    name: z.string(),
    /** As the system has it; null where it has none. */
    volumeId: z.string().nullable(),
    /** Absolute path at which it was read. */
    mountPoint: z.string(),
  }),
  server: z.object({ name: z.string(), url: z.string().nullable() }),
  /** When the reading began and ended, ms since 1970. */
  beganAtMs: z.number(),
  checkedAtMs: z.number(),
  /** Whether the bytes came from the card itself; false where the system may have answered from memory. */
  pastMemory: z.boolean(),
  /** Files and folders of the system on it, which were not looked for. */
  leftOut: z.array(z.string()),
  /** Files without a byte in them that are no photos or videos: there is nothing to store of them. */
  emptyFiles: z.array(z.string()),
  lines: z.array(receiptLineSchema),
})
export type CardCertificate = Readonly<z.infer<typeof cardCertificateSchema>>

/** What the history shows of a certificate. */
export const certificateEntrySchema = z.object({
  id: z.uuid(),
  /** What the card was called. */
  name: z.string(),
  server: cardCertificateSchema.shape.server,
  /** ms since 1970. */
  checkedAtMs: z.number(),
  files: z.int().nonnegative(),
  bytes: z.number().nonnegative(),
})
export type CertificateEntry = Readonly<z.infer<typeof certificateEntrySchema>>

export function certificateEntry({
  id,
  card,
  server,
  checkedAtMs,
  lines,
}: CardCertificate): CertificateEntry {
  const bytes = lines.reduce((sum, { size }) => sum + size, 0)
  return { id, name: card.name, server, checkedAtMs, files: lines.length, bytes }
}
