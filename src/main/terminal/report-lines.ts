/** What `photoferry upload` says of the files that failed: each with its reason, many with one reason together. */
import { filesText, oneLine } from './terminal-text.ts'

export interface FailedFile {
  readonly relativePath: string
  readonly reason: string
}

/** More files than this with the very same reason are told in one line, and this many of them by name. */
const toldOneByOne = 3
const reasonsPrinted = 20

/** @returns lines without control characters, whatever the files are called */
export function failureLines(failures: readonly FailedFile[]): string[] {
  const byReason = [...Map.groupBy(failures, ({ reason }) => reason)]
  const lines = byReason.slice(0, reasonsPrinted).flatMap(([reason, files]) => linesOf(reason, files))
  const untold = byReason.slice(reasonsPrinted).flatMap(([, files]) => files)
  if (untold.length > 0) lines.push(`… and ${untold.length} more`)
  return lines.map(oneLine)
}

function linesOf(reason: string, files: readonly FailedFile[]): string[] {
  if (files.length <= toldOneByOne)
    return files.map(({ relativePath }) => `FAILED  ${relativePath}: ${reason}`)
  const named = files.slice(0, toldOneByOne).map(({ relativePath }) => `        ${relativePath}`)
  return [
    `FAILED  ${filesText(files.length)}: ${reason}`,
    ...named,
    `        … and ${files.length - toldOneByOne} more`,
  ]
}
