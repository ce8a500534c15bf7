/** What `photoferry upload` says of the files at the end: what became smaller, what went as it is, what was empty or left out. */
import type { KeptReason, PreparationNote } from '../../shared/preparation.ts'
import { bytesText, filesText } from './terminal-text.ts'

/** Nobody expects a copy of these. */
const expected: ReadonlySet<KeptReason> = new Set([
  'raw',
  'video',
  'no-photo',
  'would-be-larger',
  'left-alone',
])

/** @returns a line for each thing there is to say */
export function preparationLines(
  items: readonly { readonly size: number; readonly note: PreparationNote | null }[],
): string[] {
  const before = items.flatMap(({ note }) => (note?.kind === 'converted' ? [note.originalSize] : []))
  const after = items.filter(({ note }) => note?.kind === 'converted').map(({ size }) => size)
  const reasons = items.flatMap(({ note }) =>
    note?.kind === 'original-kept' && !expected.has(note.reason) ? [note.reason] : [],
  )
  const lines: string[] = []
  if (before.length > 0) {
    const saved = sum(before) - sum(after)
    const much = saved > 0 ? `, ${bytesText(saved)} saved` : ''
    const became = `${bytesText(sum(before))} became ${bytesText(sum(after))}${much}`
    lines.push(`${count(before)} sent as copies: ${became}.`)
  }
  if (reasons.length > 0) {
    const why = [...Map.groupBy(reasons, (reason) => reason)].map(
      ([reason, all]) => `${reason}: ${all.length}`,
    )
    lines.push(`${count(reasons)} sent as originals, no copy could be made (${why.join(', ')}).`)
  }
  const empty = items.filter(({ note }) => note?.kind === 'empty').length
  if (empty > 0) {
    const they = empty === 1 ? 'it' : 'they'
    lines.push(`${filesText(empty)} without a single byte: check the card ${they} came from.`)
  }
  const skipped = items.filter(({ note }) => note?.kind === 'skipped').length
  if (skipped > 0) lines.push(`${filesText(skipped)} left out by your skip rules.`)
  const telling = items.filter(({ note }) => note?.kind === 'original-kept' && note.place === 'may-be-told')
  if (telling.length > 0) {
    lines.push(
      `${filesText(telling.length)} sent as originals may still tell where they were taken: the place could not be removed.`,
    )
  }
  return lines
}

function count(list: readonly unknown[]): string {
  return list.length === 1 ? '1 photo was' : `${list.length} photos were`
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
