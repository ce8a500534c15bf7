/** Thumbnails that the window shows of photos: their sizes and addresses. */

/** `row`: covers a square in the list; `detail`: the whole picture in a grid or beside the list. Both suit double-density screens. */
const thumbnailSizes = ['row', 'detail'] as const
export type ThumbnailSize = (typeof thumbnailSizes)[number]

/** Pixels: of the shorter edge for `row`, of the longer one for `detail`. */
export const thumbnailEdges: Readonly<Record<ThumbnailSize, number>> = { row: 96, detail: 512 }

/**
 * Path and query of a thumbnail, the same at app:// and in browser mode (there with `Authorization: Bearer <token>`). Answers
 * 200 with a WebP, 204 where there is nothing to show but an icon, 429 where too much was asked for at once.
 */
export const thumbnailUrl = (itemId: string, size: ThumbnailSize) =>
  `/thumbnail/${encodeURIComponent(itemId)}?size=${size}`

const thumbnailPath = /^\/thumbnail\/([^/]+)$/

/** @returns null for any other address */
export function parseThumbnailUrl(url: URL): { itemId: string; size: ThumbnailSize } | null {
  const encoded = thumbnailPath.exec(url.pathname)?.[1]
  const size = thumbnailSizes.find((known) => known === url.searchParams.get('size'))
  if (encoded === undefined || size === undefined) return null
  try {
    return { itemId: decodeURIComponent(encoded), size }
  } catch {
    return null
  }
}
