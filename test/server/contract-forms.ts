/** Forms of the published contract with their parts in any order, which its own client would never send. */
import type { ContractUpload } from './contract-client.ts'

export const parts = ['md5', 'fileName', 'totalChunks', 'chunkIndex', 'chunk']
export const fileFirst = ['chunk', 'chunkIndex', 'md5', 'fileName', 'totalChunks']

/** The form of one chunk with its parts in the given order. */
export function formOf(
  file: ContractUpload,
  index: number,
  order: readonly string[],
  content = file.chunk(index),
) {
  const { md5, fileName, totalChunks } = file
  const values: Record<string, string> = {
    md5,
    fileName,
    totalChunks: String(totalChunks),
    chunkIndex: String(index),
  }
  const form = new FormData()
  for (const name of order) {
    if (name === 'chunk') form.append(name, new Blob([content]))
    else form.append(name, values[name] ?? '')
  }
  return form
}
