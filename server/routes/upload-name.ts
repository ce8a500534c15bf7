/** What an appended upload is called: by its metadata, or by the time where that names nothing. */
import { extension } from 'mime-types'

/** What Uppy makes of a path that a file does not have. */
const missing = new Set(['null', 'undefined'])

/** Of tus: keys and their values, decoded. */
type UploadMetadata = Readonly<Record<string, string | null>>

/**
 * @param nowMs ms since 1970
 * @returns `relativePath`, else `filename`, else `name` (some old clients); else a name of the time, with the type's extension
 */
export function nameOf(metadata: UploadMetadata, nowMs: number): string {
  const path = metadata.relativePath
  if (path && !missing.has(path)) return path
  return metadata.filename || metadata.name || nameByTime(metadata.filetype ?? '', nowMs)
}

/** Such as `upload 2026-06-13 14.05.09.jpg`, in UTC: without characters that a file system refuses. */
function nameByTime(type: string, nowMs: number): string {
  const time = new Date(nowMs).toISOString().slice(0, 19).replace('T', ' ').replaceAll(':', '.')
  const ending = extension(type)
  return `upload ${time}${ending === false ? '' : `.${ending}`}`
}
