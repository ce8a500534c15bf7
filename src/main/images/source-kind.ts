/** How a file is looked into, going by its name: which reader its thumbnail and its facts come from. Pure. */
import { hasFacts, hasPicture, kindOf } from '../../shared/file-kinds.ts'

/** With sharp, with libheif, as a RAW file with a preview inside, or as a film. */
export type SourceKind = 'photo' | 'heic' | 'raw' | 'clip'

interface Named {
  readonly relativePath: string
}

/** By its name only: the worker finds out whether the bytes agree. Null: an icon stands for it. */
export function pictureKindOf(source: Named): SourceKind | null {
  return hasPicture(kindOf(source.relativePath)) ? readerOf(source) : null
}

/** As `pictureKindOf`, for what a file says of itself; null: nothing that is read. */
export function factsKindOf(source: Named): SourceKind | null {
  return hasFacts(kindOf(source.relativePath)) ? readerOf(source) : null
}

function readerOf({ relativePath }: Named): SourceKind {
  const { group, format } = kindOf(relativePath)
  if (group === 'raw') return 'raw'
  if (group === 'video') return 'clip'
  return format === 'heic' ? 'heic' : 'photo'
}
