/**
 * The facts behind an error's message that the code alone does not state: with them the window can say the same in
 * another language.
 */
import { z } from 'zod'

/** Why an image could not be converted; such a problem concerns that image only. */
export const imageProblems = [
  'damaged',
  /** HDR, which usual formats can't hold. */
  'hdr',
  'several-images',
  'too-many-pixels',
  'timed-out',
  'out-of-memory',
  'crashed',
  /** Floating point, CIELAB, odd depths, colours that no profile describes: decoders would guess. */
  'unusual-pixels',
  /** Motion, sound or further pictures that the preset does not leave out. */
  'has-extras',
  /** The copy lacks something of the original. */
  'not-faithful',
  /** A rendering of the copy differs from one of the original. */
  'looks-different',
  /** There is nothing in it that a copy could be compared with. */
  'unchecked',
] as const

const text = z.string()
const bytes = z.number().nonnegative()

export const errorFactsSchema = z.discriminatedUnion('kind', [
  // A file or folder of this machine; names are as a person knows them, paths absolute.
  z.object({ kind: z.literal('file-missing'), name: text }),
  z.object({ kind: z.literal('permission-denied'), name: text }),
  /** A folder on the way to the file leads somewhere else now. */
  z.object({ kind: z.literal('folder-replaced'), name: text }),
  z.object({ kind: z.literal('disk-trouble'), name: text, reason: text }),
  /** The drive, or the dropped folder, that files are waiting for. */
  z.object({ kind: z.literal('drive-away'), name: text }),
  z.object({ kind: z.literal('folder-missing'), path: text }),
  z.object({ kind: z.literal('folder-unreadable'), path: text }),
  z.object({ kind: z.literal('not-a-folder'), path: text }),
  /** The person's own limit. */
  z.object({ kind: z.literal('over-limit'), name: text, size: bytes, limit: bytes }),
  z.object({ kind: z.literal('name-not-text'), name: text }),
  z.object({
    kind: z.literal('no-copy'),
    name: text,
    problem: z.enum([...imageProblems, 'mislabelled']),
  }),
  z.object({ kind: z.literal('no-room-for-copy') }),
  // The way to a server.
  z.object({ kind: z.literal('host-away'), host: text, reason: text }),
  z.object({ kind: z.literal('host-silent'), host: text }),
  z.object({ kind: z.literal('host-lost'), host: text, reason: text }),
  z.object({ kind: z.literal('self-signed'), host: text }),
  z.object({ kind: z.literal('certificate'), host: text, reason: text }),
  z.object({ kind: z.literal('no-http'), host: text }),
  /** Answers that no PhotoFerry server gives: too long, compressed, a link that leads elsewhere, chunks out of bounds. */
  z.object({ kind: z.literal('answer-too-long'), host: text }),
  z.object({ kind: z.literal('answer-compressed'), host: text }),
  z.object({ kind: z.literal('answer-link'), host: text }),
  z.object({ kind: z.literal('answer-chunks'), host: text, name: text }),
  /** An HTTP status that PhotoFerry did not give. */
  z.object({ kind: z.literal('proxy-answer'), host: text, status: z.int() }),
  z.object({ kind: z.literal('login-wanted'), host: text, status: z.int() }),
  z.object({ kind: z.literal('too-many-requests'), host: text }),
  /**
   * Where a redirect leads, an absolute http(s) URL; `server` is the address of the server that it would be, null where
   * it leads to some other page.
   */
  z.object({ kind: z.literal('redirected'), host: text, location: text, server: text.nullable() }),
  /** Both as `ServerAddress.fingerprint` has them. */
  z.object({ kind: z.literal('certificate-changed'), host: text, trusted: text, shown: text }),
  /** `proxy` is host and port of a proxy on the way to the host. */
  z.object({ kind: z.literal('proxy-away'), host: text, proxy: text, reason: text }),
  z.object({ kind: z.literal('proxy-unusable'), host: text, proxy: text }),
  z.object({ kind: z.literal('proxy-login'), host: text, proxy: text }),
  z.object({ kind: z.literal('proxy-refused'), host: text, proxy: text, status: z.number() }),
  /** A proxy in front of the host refuses requests of so many bytes. */
  z.object({ kind: z.literal('chunk-refused'), host: text, size: bytes }),
  /** A question about a server, by the time it was answered. */
  z.object({ kind: z.literal('question-over') }),
  // Memory cards, by their names.
  z.object({ kind: z.literal('card-gone') }),
  z.object({ kind: z.literal('card-taken-out'), name: text }),
  z.object({ kind: z.literal('card-busy'), name: text, count: z.number() }),
  z.object({ kind: z.literal('card-changed'), name: text }),
  z.object({ kind: z.literal('not-ejected'), name: text, reason: z.enum(['busy', 'denied', 'other']) }),
  z.object({ kind: z.literal('server-too-old') }),
  // What PhotoFerry itself keeps.
  z.object({ kind: z.literal('settings-aside'), path: text }),
  z.object({ kind: z.literal('queue-restored'), path: text }),
  z.object({ kind: z.literal('queue-aside'), path: text }),
  /** Entries of the queue that name files which are not PhotoFerry's; `path` is the kept file. */
  z.object({ kind: z.literal('queue-refused'), count: z.number(), path: text }),
  /** Links in the state folder; `path` is where the first of them is now. */
  z.object({ kind: z.literal('links-aside'), count: z.number(), path: text }),
  z.object({ kind: z.literal('queue-unwritten'), reason: text }),
  z.object({ kind: z.literal('receipt-unwritten'), name: text, path: text }),
  z.object({ kind: z.literal('batch-not-stored') }),
  z.object({ kind: z.literal('batch-without-folder') }),
  /** Copies of dropped files that no list named; they are on it again as a batch of this name. */
  z.object({ kind: z.literal('copies-found'), count: z.number(), name: text }),
  z.object({ kind: z.literal('file-off-list') }),
  z.object({ kind: z.literal('batch-off-list') }),
  /** Of files that a page skipped only their names are here. */
  z.object({ kind: z.literal('name-only') }),
  z.object({ kind: z.literal('survey-gone') }),
  z.object({ kind: z.literal('preset-gone') }),
  z.object({ kind: z.literal('preset-name-taken'), name: text }),
  z.object({ kind: z.literal('too-many-presets'), most: z.number() }),
  z.object({ kind: z.literal('watched-already'), path: text, other: text }),
  z.object({ kind: z.literal('watched-own'), path: text }),
  z.object({ kind: z.literal('watched-gone') }),
  z.object({ kind: z.literal('too-many-watched'), most: z.number() }),
])

export type ErrorFacts = Readonly<z.infer<typeof errorFactsSchema>>
