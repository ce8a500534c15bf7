/** How a file is looked into, going by its name: which reader its thumbnail and its facts come from. Pure. */
import { hasPreview, kindOf } from '../../shared/file-kinds.ts'

/** With sharp, with libheif, or as a RAW file with a preview inside. */
export type SourceKind = 'photo' | 'heic' | 'raw'

/** By its name only: the worker finds out whether the bytes agree. Null: an icon stands for it. */
export function sourceKindOf({ relativePath }: { readonly relativePath: string }): SourceKind | null {
  const kind = kindOf(relativePath)
  if (!hasPreview(kind)) return null
  if (kind.group === 'raw') return 'raw'
  return kind.format === 'heic' ? 'heic' : 'photo'
}
