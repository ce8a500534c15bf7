/** What the thumbnail worker is asked to do and what it answers. Plain data, because it crosses processes. */
import { z } from 'zod'
import { photoFactsSchema } from '../../../shared/photo-facts.ts'
import { imageProblems } from '../../../shared/protocol/error-facts.ts'
import type { ThumbnailSize } from '../../../shared/thumbnails.ts'
import type { SourceKind } from '../source-kind.ts'

interface Source {
  /** Absolute path, which is only read. */
  readonly sourcePath: string
  readonly sourceKind: SourceKind
}

export type ThumbnailJob =
  /** Make a thumbnail and write it to `targetPath`; an existing file is overwritten. */
  | (Source & { readonly kind: 'thumbnail'; readonly targetPath: string; readonly size: ThumbnailSize })
  | (Source & { readonly kind: 'facts' })

/** What the child sends. It is parsed, because a hostile photo may have taken the child over. */
export const thumbnailResultSchema = z.discriminatedUnion('kind', [
  /** The thumbnail is on disk; `size` in bytes. */
  z.object({ kind: z.literal('made'), size: z.int().positive() }),
  z.object({ kind: z.literal('facts'), facts: photoFactsSchema }),
  z.object({ kind: z.literal('problem'), problem: z.enum(imageProblems), message: z.string() }),
  /** The thumbnail could not be written: a problem of the disk, not of the photo. */
  z.object({ kind: z.literal('unwritable'), message: z.string() }),
])
export type ThumbnailResult = z.infer<typeof thumbnailResultSchema>
