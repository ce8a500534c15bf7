/** What libheif answers where something went wrong, as a refusal of the image. */
import { ImageError } from '../image-error.ts'
import type { LibheifScope } from './wasm-memory.ts'

/** Of a heif_error: code, subcode and the address of a message. */
export const errorBytes = 12
/** heif_error_Memory_allocation_error; libheif answers it where a file asks for more than any photo needs. */
const memoryError = 6

/**
 * @param error where libheif has just written its heif_error
 * @throws ImageError where it is one
 */
export function assertDone(memory: LibheifScope, error: number): void {
  const code = memory.long(error)
  if (code === 0) return
  const words = `libheif: error ${code}.${memory.long(error + 4)}`
  throw new ImageError(code === memoryError ? 'out-of-memory' : 'damaged', words)
}
