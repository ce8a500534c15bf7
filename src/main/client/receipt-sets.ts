/** The sets in a receipt: a shot is complete only when all of its files are stored. No side effects. */
import { extensionOf } from '../../shared/file-kinds.ts'
import { setsOf } from '../../shared/file-sets.ts'
import type { ReceiptLine } from '../../shared/history.ts'
import type { Receipt, Unstored } from './receipt.ts'

/** What a line says of the set that its file belongs to. */
export interface SetNote {
  /** Path of the main file, as it lay in the drop; the same in all lines of the set. */
  readonly main: string
  /** Files of it that are stored. */
  readonly stored: number
  readonly files: number
}

export interface ReceiptSets {
  readonly sets: number
  /** Sets of which a file is not stored. */
  readonly incomplete: number
  /** Of a line, or of the path of a file that never arrived; null for a file of its own. */
  noteOf(line: ReceiptLine | Unstored | string): SetNote | null
}

/** A file that was removed from the list, or never came from a page, is still one of its set. */
export function setsInReceipt({ stored, unstored, neverArrived = null }: Receipt): ReceiptSets {
  const notes = new Map<ReceiptLine | Unstored | string, SetNote>()
  let [sets, incomplete] = [0, 0]
  const isStored = new Set<ReceiptLine | Unstored | string>(stored)
  for (const members of setsOf([...stored, ...unstored, ...(neverArrived?.names ?? [])], droppedPath)) {
    const [main] = members
    if (main === undefined) continue
    const storedFiles = members.filter((member) => isStored.has(member)).length
    const note = { main: droppedPath(main), stored: storedFiles, files: members.length }
    for (const member of members) notes.set(member, note)
    sets += 1
    if (storedFiles < members.length) incomplete += 1
  }
  return { sets, incomplete, noteOf: (line) => notes.get(line) ?? null }
}

/** The path inside the drop: that of a stored line may be its copy's, or what a template made of it. */
function droppedPath(line: ReceiptLine | Unstored | string): string {
  if (typeof line === 'string') return line
  if (!('converted' in line)) return line.relativePath
  if (line.originalPath !== undefined) return line.originalPath
  const { relativePath, sourcePath, converted } = line
  if (!converted || extensionOf(sourcePath) === '') return relativePath
  return `${relativePath.slice(0, relativePath.length - extensionOf(relativePath).length)}${extensionOf(sourcePath)}`
}
