/** Writes the receipt of `photoferry upload --receipt`: what the server confirmed in this run, and what it did not. */
import { access, constants, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { receiptFormats } from '../../shared/history.ts'
import { UploadError } from '../../shared/protocol/errors.ts'
import type { Client } from '../client/client.ts'
import { unreadOf } from '../client/receipt.ts'
import { writeReceipt } from '../client/receipt-text.ts'

export interface RunFacts {
  /** The batch's name in the receipt. */
  readonly name: string
  readonly serverUrl: string
  readonly itemIds: readonly string[]
  /** Absolute paths of folders that were not read to their end. */
  readonly unreadPaths: readonly string[]
  /** System files and folders that were left out. */
  readonly leftOut: number
}

/**
 * Checks before the upload that the receipt can be written after it, which may be hours later.
 * @param file absolute path
 * @throws UploadError `bad-request`
 */
export async function assertWritable(file: string): Promise<void> {
  const found = await stat(file).catch(() => null)
  if (found?.isDirectory())
    throw new UploadError('bad-request', `--receipt ${file} is a folder. Name a file in it.`)
  const target = found === null ? dirname(file) : file
  await access(target, constants.W_OK).catch((cause: NodeJS.ErrnoException) => {
    const fault = cause.code === 'ENOENT' ? `No such folder: ${target}` : `Can't write to ${target}`
    throw new UploadError('bad-request', `${fault}. Choose another path for --receipt.`, { cause })
  })
}

/**
 * Looks at all sources once more and writes what is stored of them.
 * @param file absolute path; its extension chooses the format, CSV where it is another one
 * @returns how many files have changed since they were stored, and so are not
 * @throws UploadError `disk-full` when it cannot be written
 */
export async function writeReceiptFile(file: string, client: Client, facts: RunFacts): Promise<number> {
  const { stored, changed, unstored: others } = await client.files.forReceipt(facts.itemIds)
  const unstored = [...facts.unreadPaths.map(unreadOf), ...changed, ...others]
  const server = { name: '', url: facts.serverUrl }
  const { name, leftOut } = facts
  const receipt = { name, server, writtenAtMs: Date.now(), stored, unstored, unnamed: 0, leftOut }
  const { parts } = writeReceipt(receipt, formatOf(file))
  await writeFile(file, parts).catch((cause: Error) => {
    const message = `Can't write the receipt (${cause.message}). Run the same command again with another path for --receipt.`
    throw new UploadError('disk-full', message, { cause })
  })
  return changed.length
}

function formatOf(file: string) {
  return receiptFormats.find((format) => file.endsWith(`.${format}`)) ?? 'csv'
}
