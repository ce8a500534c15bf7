/** Durations and counts as a terminal shows them. */

/** @param seconds 0 or more */
export function formatDuration(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`
  return `${(seconds / 3600).toFixed(1)} h`
}

/** @param count 0 or more, whole */
export function countFiles(count: number): string {
  return count === 1 ? '1 file' : `${count} files`
}
