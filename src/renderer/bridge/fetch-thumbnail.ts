/** Fetches a thumbnail from the page's own origin: browser mode's host, or app:// in the desktop app. */
import { type ThumbnailSize, thumbnailUrl } from '../../shared/thumbnails.ts'

/**
 * @returns null where the file has no thumbnail
 * @throws Error when it could not be fetched this time
 */
export async function fetchThumbnail(
  itemId: string,
  size: ThumbnailSize,
  request: RequestInit,
): Promise<Blob | null> {
  const response = await fetch(thumbnailUrl(itemId, size), request)
  if (response.status === 204) return null
  if (!response.ok) throw new Error(`HTTP ${response.status}`)
  return response.blob()
}
