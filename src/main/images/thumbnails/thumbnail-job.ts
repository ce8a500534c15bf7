/** What the thumbnail worker is asked and what it answers; plain data, for it crosses processes. */
import { z } from 'zod'
import { photoFactsSchema } from '../../../shared/photo-facts.ts'
import { imageProblems } from '../../../shared/protocol/error-facts.ts'
import type { ThumbnailSize } from '../../../shared/thumbnails.ts'

/** How a file is read: by its decoder, or as a RAW file that holds a preview. */
export type SourceKind = 'photo' | 'heic' | 'raw'

interface Source {
  /** Absolute path, which is only read. */
  readonly sourcePath: string
  readonly sourceKind: SourceKind
}

export type ThumbnailJob =
  /** A small picture, written to `targetPath`; whatever is there is overwritten. */
  | (Source & { readonly kind: 'thumbnail'; readonly targetPath: string; readonly size: ThumbnailSize })
  | (Source & { readonly kind: 'facts' })

/** What comes from the child; parsed, for a hostile photo may have taken the child over. */
export const thumbnailResultSchema = z.discriminatedUnion('kind', [
  /** The thumbnail is written; bytes. */
  z.object({ kind: z.literal('made'), size: z.int().positive() }),
  z.object({ kind: z.literal('facts'), facts: photoFactsSchema }),
  z.object({ kind: z.literal('problem'), problem: z.enum(imageProblems), message: z.string() }),
  /** The thumbnail could not be written: the disk's story. */
  z.object({ kind: z.literal('unwritable'), message: z.string() }),
])
export type ThumbnailResult = z.infer<typeof thumbnailResultSchema>
