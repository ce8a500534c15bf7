/**
 * The native HTTP wire between client and server: every route with its path, request and response schema.
 * Both ends parse with these schemas; server/README.md describes them in words.
 */
import { z } from 'zod'
import type { Digests } from './digests.ts'
import { errorCodes } from './errors.ts'

/** The longest name of one path part, in bytes of UTF-8, that common file systems hold (ext4, APFS, NTFS). */
export const maxNameBytes = 255
/** The longest relative path, in bytes of UTF-8. */
export const maxPathBytes = 1024

const md5Schema = z.string().regex(/^[0-9a-f]{32}$/, 'expected an MD5 as 32 lowercase hex digits')
export const sha256Schema = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'expected a SHA-256 as 64 lowercase hex digits')
const byteCountSchema = z.int().nonnegative()
/** Ms since 1970, as far as a date can name them. */
const timeSchema = z.number().nonnegative().max(8.64e15)
/** A path, percent-encoded: three characters for each byte at most. */
const storedPathSchema = z.string().max(8 * maxPathBytes)

/** The smallest chunk that a client may ask for, bytes: what a proxy that refuses even this lets through is not worth sending. */
export const leastChunkBytes = 256 * 1024

/** The most chunks of one file: as many as the published contract allows. */
export const mostChunks = 100_000

/** Digests of one chunk, named as in `Content-Digest` (RFC 9530, section 5 and its IANA registry). */
export const chunkDigests = ['sha-256', 'crc32c'] as const
export type ChunkDigest = (typeof chunkDigests)[number]

/** `POST /api/task`: creates the task of a file, or finds the one that is already under way. */
export const createTaskRequestSchema = z.object({
  fileName: z.string().min(1),
  /** Bytes. */
  fileSize: byteCountSchema,
  fileType: z.string().max(255).optional(),
  /** The source's modification time, ms since 1970; the stored file gets it too. */
  lastModified: timeSchema.optional(),
  /** Path below the library, parts joined by `/`; without it the file lands at the top as `fileName`. */
  relativePath: z.string().min(1).optional(),
  /** MD5 of the whole file; with it the server can resume an unfinished upload. */
  hash: md5Schema.optional(),
  /** SHA-256 of the whole file; with it the server can find what it already holds (docs/same-bytes.md). */
  sha256: sha256Schema.optional(),
  /**
   * Of a file that has not been read yet: SHA-256 of its first and its last `endsBytes`, joined; of a smaller file they
   * overlap. Without digests beside it, the file is taken as it is where nothing is known that agrees in size and ends.
   */
  ends: sha256Schema.optional(),
  /** The task with which an earlier offer of this very file was answered: it may be resumed although it is in use. */
  taskId: z
    .string()
    .regex(/^[\w-]{1,128}$/)
    .optional(),
  /** The largest chunk that gets through on the way to this server, bytes; left out, the server chooses. */
  maxChunkSize: z.int().min(leastChunkBytes).optional(),
})
export type CreateTaskRequest = z.infer<typeof createTaskRequestSchema>

/** How much of each end of a file `ends` covers, bytes. */
export const endsBytes = 64 * 1024

/** The answer to an offer with `ends` alone: something may have the same content, so offer the file with its digests. */
export const digestsNeededSchema = z.object({ digestsNeeded: z.literal(true) })
export type DigestsNeeded = z.infer<typeof digestsNeededSchema>

/** The state of a task, as create and status answer it. */
export const taskSchema = z.object({
  taskId: z.string().regex(/^[\w-]{1,128}$/),
  /** Bytes of every chunk but the last, which may be smaller. */
  chunkSize: z.int().positive(),
  /** 0 for an empty file. */
  totalChunks: byteCountSchema,
  /** Indexes of the verified chunks, ascending. */
  uploadedChunks: z.array(byteCountSchema).max(mostChunks),
  /** True when the whole file is stored, verified and durable. */
  done: z.boolean(),
  /** Path of the stored file, below the address at which the server was reached; present when `done`. */
  url: storedPathSchema.optional(),
  /** SHA-256 of the stored file, present when `done`; servers of before do not compute it. */
  sha256: sha256Schema.optional(),
  /** When the server last read the stored file and found all its bytes right (ISO 8601), present when `done`; servers of before do not say. */
  verifiedAt: z.iso.datetime().optional(),
  /** The digest that chunks of this task are to be sent with; servers of before name none and expect `sha-256`. */
  chunkDigest: z.enum(chunkDigests).optional(),
  /** The `ends` that an open task is known by; servers of before know none. */
  ends: sha256Schema.optional(),
})
export type Task = z.infer<typeof taskSchema>

/** The answer to an offer while the server computes the digest of a stored file that may be the same (202): ask again. */
export const checkingSchema = z.object({
  checking: z.literal(true),
  checkedBytes: byteCountSchema,
  size: byteCountSchema,
})
export type Checking = z.infer<typeof checkingSchema>

/** `POST /api/task/:taskId/complete` */
export const completeRequestSchema = z.object({ hash: md5Schema, sha256: sha256Schema.optional() })

/** The answer to complete once the file is stored, verified and durable (200). */
export const storedFileSchema = z.object({
  fileName: z.string().max(maxPathBytes),
  size: byteCountSchema,
  md5: md5Schema,
  /** Servers of before do not compute it. */
  sha256: sha256Schema.optional(),
  /** `/uploads/…`, percent-encoded. */
  path: storedPathSchema,
  url: storedPathSchema,
  /** When it became durable, ms since 1970. */
  uploadTime: timeSchema,
  /** When the server last verified its bytes (ISO 8601); servers of before do not say. */
  verifiedAt: z.iso.datetime().optional(),
})
export type StoredFile = z.infer<typeof storedFileSchema>

/** `PUT /api/task/:taskId/chunk/:chunkIndex`, with `?complete=<MD5>&sha256=<SHA-256>` the chunk and the completion in one request. */
export const chunkReceiptSchema = z.object({
  chunkIndex: byteCountSchema,
  /** Count of verified chunks. */
  uploaded: byteCountSchema,
  total: byteCountSchema,
  /** Whole percent. */
  progress: z.int().min(0).max(100),
  /** The stored file, when this chunk was the last one, completion was asked for, and it did not take long. */
  stored: storedFileSchema.optional(),
})
export type ChunkReceipt = z.infer<typeof chunkReceiptSchema>

/** The answer to complete while a long verification runs (202): ask again. */
export const verifyingSchema = z.object({
  verifying: z.literal(true),
  verifiedBytes: byteCountSchema,
  size: byteCountSchema,
})

/** `GET /api/health`, the only route without a token. */
export const healthSchema = z.object({
  status: z.literal('ok'),
  message: z.string(),
  /** ISO 8601. */
  timestamp: z.string(),
  version: z.string(),
  node: z.string(),
})

/** `GET /api/stats` */
export const statsSchema = z.object({
  activeUploads: byteCountSchema,
  completedUploads: byteCountSchema,
  storedBytes: byteCountSchema,
  /** The next three count since the server's start: bytes over HTTP, files stored, verifications that failed. */
  receivedBytes: byteCountSchema,
  finishedUploads: byteCountSchema,
  failedUploads: byteCountSchema,
  /** Stored files that were found to be damaged and have not been replaced yet; servers of before do not look. */
  damagedFiles: byteCountSchema.optional(),
  /** The oldest of the stored files' last verifications (ISO 8601); null without files. */
  oldestVerification: z.iso.datetime().nullable().optional(),
  totalMemoryUsage: z.object({
    rss: z.number(),
    heapTotal: z.number(),
    heapUsed: z.number(),
    external: z.number(),
  }),
  /** Seconds. */
  uptime: z.number(),
  nodeVersion: z.string(),
  platform: z.string(),
})

/** What can be wrong with a stored file; `changed`: somebody has edited it, at another time than it was stored with. */
export const damageKinds = ['bytes', 'size', 'changed', 'gone', 'unreadable'] as const

/** `GET /api/scrub`, and `POST /api/scrub` that starts one of all files: how far it is, and every file that is damaged. */
export const scrubSchema = z.object({
  running: z.boolean(),
  /** Of all files, as fast as the disk allows, because it was asked for; false for the paced one of the timer. */
  full: z.boolean(),
  /** ISO 8601; null before the first. */
  startedAt: z.iso.datetime().nullable(),
  /** Files, and bytes of files, that this scrub has read. */
  checkedFiles: byteCountSchema,
  checkedBytes: byteCountSchema,
  /** Why it ended too early, as a sentence; null otherwise. */
  failure: z.string().nullable(),
  /** All stored files, their bytes, and how many of them are damaged. */
  files: byteCountSchema,
  bytes: byteCountSchema,
  damagedFiles: byteCountSchema,
  /** The oldest of the files' last verifications (ISO 8601); null without files. */
  oldestVerification: z.iso.datetime().nullable(),
  /** The damaged files, at most 1,000: path below the library, what is wrong, and since when that is known (ISO 8601). */
  damaged: z.array(z.object({ path: z.string(), damage: z.enum(damageKinds), since: z.iso.datetime() })),
})
/** `DELETE /api/scrub/damaged`: how many files are no longer counted as stored. */
export const forgottenSchema = z.object({ forgotten: byteCountSchema })
export type ScrubReport = z.infer<typeof scrubSchema>

/** Files, and folders, of one page of `GET /api/files`. */
export const mostListed = 1_000

/** A stored file, as a list names it. */
const listedFileSchema = z.object({
  /** Below the library, parts joined by `/`. */
  path: z.string().max(2 * maxPathBytes),
  size: byteCountSchema,
  md5: md5Schema,
  /** Missing in what an earlier version stored, until it is read once more. */
  sha256: sha256Schema.optional(),
  /** Its modification time (ISO 8601), as is all below. */
  modifiedAt: z.iso.datetime(),
  storedAt: z.iso.datetime(),
  /** When all its bytes were last read and found to be right. */
  verifiedAt: z.iso.datetime(),
  /** What is wrong with it; missing while nothing is known to be. */
  damage: z.enum(damageKinds).optional(),
})
export type ListedFile = z.infer<typeof listedFileSchema>

/** `GET /api/files`, in the byte order of the paths. */
export const fileListSchema = z.object({
  files: z.array(listedFileSchema).max(mostListed),
  /** Paths of folders that were not opened. */
  folders: z.array(z.string()).max(mostListed),
  /** What to ask for as `after` to have the next page; null at the end. */
  next: z.string().nullable(),
})
export type FileList = z.infer<typeof fileListSchema>

/** `GET /api/verified`: a stored file with the asked content, read to its end lately; null where there is none. */
export const verifiedFileSchema = z.object({ file: listedFileSchema.nullable() })

/** A link to a file or a folder, as `/api/links` names it. */
const sharedLinkSchema = z.object({
  /** Revokes it, and opens nothing. */
  linkId: sha256Schema,
  path: z.string(),
  isFolder: z.boolean(),
  madeAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
})
export type SharedLink = z.infer<typeof sharedLinkSchema>
/** A server keeps no more. */
export const mostLinks = 2_000
/** `GET /api/links`: those of the token's library that still open something. */
export const linkListSchema = z.object({ links: z.array(sharedLinkSchema).max(mostLinks) })
/** `POST /api/links` */
export const madeLinkSchema = sharedLinkSchema.extend({
  /** Opens it, below the address at which the server was reached: told only now. */
  url: z.string().startsWith('/s/'),
})
export type MadeLink = z.infer<typeof madeLinkSchema>

/** Every error answer of 400 or more. */
export const errorBodySchema = z.object({
  error: z.object({
    code: z.enum(errorCodes),
    message: z.string(),
    details: z.record(z.string(), z.unknown()).optional(),
  }),
})
export type ErrorBody = z.infer<typeof errorBodySchema>

/** Paths of the routes, written once for both ends. */
export const routes = {
  health: '/api/health',
  stats: '/api/stats',
  scrub: '/api/scrub',
  damagedFiles: '/api/scrub/damaged',
  /** Bodies and answers: protocol/bundles.ts. */
  offers: '/api/offers',
  bundle: '/api/bundle',
  /** @param query see `server/README.md` */
  files: (query: Readonly<Record<string, string>>) => `/api/files?${new URLSearchParams(query)}`,
  /**
   * @param withinSeconds how long ago, by the server's clock, its bytes may have been read last; else it reads them now
   */
  verified: ({ sha256, size }: { readonly sha256: string; readonly size: number }, withinSeconds: number) =>
    `/api/verified?sha256=${sha256}&size=${size}&within=${withinSeconds}`,
  /** Bodies and answers: protocol/batches.ts. */
  batches: '/api/batches',
  batch: (batchId: string) => `/api/batches/${encodeURIComponent(batchId)}`,
  batchFiles: (batchId: string) => `/api/batches/${encodeURIComponent(batchId)}/files`,
  links: '/api/links',
  link: (linkId: string) => `/api/links/${linkId}`,
  tasks: '/api/task',
  task: (taskId: string) => `/api/task/${encodeURIComponent(taskId)}`,
  /** @param completeAs digests of the whole file, when the server is to complete it with this chunk; servers of before ignore SHA-256 */
  chunk: (taskId: string, chunkIndex: number, completeAs?: Digests) =>
    `/api/task/${encodeURIComponent(taskId)}/chunk/${chunkIndex}${
      completeAs === undefined ? '' : `?complete=${completeAs.md5}&sha256=${completeAs.sha256}`
    }`,
  complete: (taskId: string) => `/api/task/${encodeURIComponent(taskId)}/complete`,
  /** @param relativePath parts joined by `/` */
  file: (relativePath: string) => `/uploads/${relativePath.split('/').map(encodeURIComponent).join('/')}`,
} as const

/**
 * What is signed so that a browser, which sends no Authorization header, can open one stored file for a while:
 * `GET <path>?expires=<ms since 1970>&signature=<hex of HMAC-SHA256(key = token, this message)>`.
 * @param path percent-encoded path of the file, as `routes.file` gives it
 */
export function fileSignatureMessage(path: string, expiresMs: number): string {
  return `GET\n${path}\n${expiresMs}`
}
