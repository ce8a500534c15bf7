/** Compares a receipt with the card and the library as they are at that moment. */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { expect } from 'vitest'
import { fingerprint } from './crossing/photo-folder.ts'

interface ReceiptText {
  readonly droppedFiles: number
  readonly storedFiles: number
  readonly notStoredFiles: number
  readonly notStoredFilesWithoutName: number
  readonly stored: readonly {
    readonly sourcePath: string
    readonly size: number
    readonly sha256: string
    readonly sourceCheck: string
  }[]
  readonly notStored: readonly { readonly sourcePath: string; readonly status: string }[]
}

export const sha256 = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex')

/** SHA-256 of every file below a folder, sorted; none where there is no such folder. */
export function digestsBelow(folder: string): string[] {
  if (!existsSync(folder)) return []
  return [...fingerprint(folder).values()].map((text) => text.split(' ')[0] ?? '').sort()
}

/**
 * It names no bytes that are not both on the card and in the library, and its counts add up to what was dropped.
 * @param text JSON, of originals as they are
 * @param library absolute path
 * @param dropped files; left out where they are not all found yet
 * @returns statuses of the files, by path: `stored`, or why not
 */
export function expectTrueReceipt(text: string, library: string, dropped?: number): Map<string, string> {
  const receipt = JSON.parse(text) as ReceiptText
  const { stored, notStored } = receipt
  const kept = new Set(digestsBelow(library))
  for (const line of stored) {
    expect({ ...line, kept: kept.has(line.sha256) }).toMatchObject({ kept: true, sourceCheck: 'unchanged' })
    expect([line.sourcePath, line.sha256]).toEqual([line.sourcePath, sha256(line.sourcePath)])
    expect(line.size).toBe(readFileSync(line.sourcePath).length)
  }
  const unnamed = receipt.notStoredFilesWithoutName
  expect([receipt.storedFiles, receipt.notStoredFiles]).toEqual([stored.length, notStored.length + unnamed])
  expect(receipt.droppedFiles).toBe(stored.length + notStored.length + unnamed)
  const paths = [...stored, ...notStored].map(({ sourcePath }) => sourcePath)
  expect(new Set(paths).size).toBe(paths.length)
  if (dropped !== undefined) expect(receipt.droppedFiles).toBe(dropped)
  return new Map([
    ...stored.map(({ sourcePath }) => [sourcePath, 'stored'] as const),
    ...notStored.map(({ sourcePath, status }) => [sourcePath, status] as const),
  ])
}
