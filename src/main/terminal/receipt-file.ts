/** Writes the receipt of `photoferry upload --receipt`: what the server confirmed in this run, and what it did not. */
import { access, constants, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { ReceiptLine } from '../../shared/history.ts'
import { UploadError } from '../../shared/protocol/errors.ts'
import type { Client } from '../client/client.ts'
import { reasonOf, type Unstored, writeReceipt } from '../client/receipt.ts'

export interface RunFacts {
  /** The batch's name in the receipt. */
  readonly name: string
  readonly serverUrl: string
  readonly itemIds: readonly string[]
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
 * @param file absolute path; CSV unless it ends in `.json`
 * @throws UploadError `disk-full` when it cannot be written
 */
export async function writeReceiptFile(file: string, client: Client, facts: RunFacts): Promise<void> {
  const stored: ReceiptLine[] = []
  const unstored: Unstored[] = []
  for (const itemId of facts.itemIds) {
    const { state, confirmed, isCopy, originalSize, ...item } = client.files.details(itemId)
    const { sourcePath, relativePath, size } = item
    if (confirmed) stored.push({ sourcePath, relativePath, size, ...confirmed, converted: isCopy })
    else if (state.status !== 'done') {
      const reason = reasonOf(state)
      unstored.push({ sourcePath, relativePath, size: originalSize, status: state.status, reason })
    }
  }
  const server = { name: '', url: facts.serverUrl }
  const receipt = { name: facts.name, server, writtenAtMs: Date.now(), stored, unstored, unnamed: 0 }
  const { parts } = writeReceipt(receipt, file.endsWith('.json') ? 'json' : 'csv')
  await writeFile(file, parts).catch((cause: Error) => {
    const message = `Can't write the receipt (${cause.message}). Run the same command again with another path for --receipt.`
    throw new UploadError('disk-full', message, { cause })
  })
}
