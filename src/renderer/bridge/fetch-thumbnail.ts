/** Fetches a thumbnail from the page's own origin: browser mode's host, or app:// in the desktop. */
import { type ThumbnailSize, thumbnailUrl } from '../../shared/thumbnails.ts'

/** @returns null where there is none @throws when it did not come this time */
export async function fetchThumbnail(
  itemId: string,
  size: ThumbnailSize,
  request: RequestInit,
): Promise<Blob | null> {
  const answer = await fetch(thumbnailUrl(itemId, size), request)
  if (answer.status === 204) return null
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`)
  return answer.blob()
}
