/** `photoferry upload --receipt`: writes down what the server confirmed of this run, and what it did not. */
import { access, constants, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { ReceiptLine } from '../../shared/history.ts'
import { UploadError } from '../../shared/protocol/errors.ts'
import type { Client } from '../client/client.ts'
import { type Unstored, writeReceipt } from '../client/receipt.ts'

export interface RunFacts {
  /** What it is called in the receipt. */
  readonly name: string
  readonly serverUrl: string
  readonly itemIds: readonly string[]
}

/**
 * Looks before the upload whether the receipt can be written after it, which may be hours later.
 * @param file absolute path
 * @throws UploadError `bad-request`
 */
export async function assertWritable(file: string): Promise<void> {
  const refuse = (why: string, cause?: unknown) =>
    new UploadError('bad-request', `--receipt ${file}: ${why}. Choose another place.`, { cause })
  const found = await stat(file).catch(() => null)
  if (found?.isDirectory()) throw refuse('that is a folder')
  const written = found === null ? dirname(file) : file
  await access(written, constants.W_OK).catch((cause: NodeJS.ErrnoException) => {
    throw refuse(
      cause.code === 'ENOENT' ? `there is no folder ${written}` : `${written} cannot be written to`,
      cause,
    )
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
    const { state, confirmed, note, originalSize, ...item } = client.files.details(itemId)
    const { sourcePath, relativePath, size } = item
    if (confirmed)
      stored.push({ sourcePath, relativePath, size, ...confirmed, converted: note?.kind === 'converted' })
    else if (state.status !== 'done') {
      const reason = state.status === 'failed' || state.status === 'waiting' ? state.error.message : ''
      unstored.push({ sourcePath, relativePath, size: originalSize, status: state.status, reason })
    }
  }
  const server = { name: '', url: facts.serverUrl }
  const receipt = { name: facts.name, server, writtenAtMs: Date.now(), stored, unstored }
  const { parts } = writeReceipt(receipt, file.endsWith('.json') ? 'json' : 'csv')
  await writeFile(file, parts).catch((cause: Error) => {
    const message = `The receipt could not be written (${cause.message}). Choose another place with --receipt.`
    throw new UploadError('disk-full', message, { cause })
  })
}
