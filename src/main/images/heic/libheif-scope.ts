/** One decoding's use of libheif: its memory, whose view changes whenever it grows, its errors, and what must be freed at the end. */
import type { Libheif } from 'libheif-js/libheif-wasm/libheif-bundle.mjs'
import { ImageError } from '../image-error.ts'

/** C strings are read up to this length; libheif's are far shorter. */
const maxNameBytes = 256
/** Of a heif_error: code, subcode and the address of a message. */
const errorBytes = 12
const pointerBytes = 4
/** heif_error_Memory_allocation_error: libheif returns it if a file asks for more than any photo needs. */
const memoryError = 6

/** All addresses are in libheif's WebAssembly memory. */
export class LibheifScope {
  readonly library: Libheif
  /** Where a call writes its heif_error; `assertOk` checks it. */
  readonly error: number
  /** Where a call writes an address or a number that it returns besides; `out` reads it. */
  readonly outAddress: number
  readonly #releases: (() => void)[] = []

  constructor(library: Libheif) {
    this.library = library
    this.error = this.allocate(errorBytes)
    this.outAddress = this.allocate(pointerBytes)
  }

  /** @returns an address, which `release` frees. @throws RangeError if there is no room */
  allocate(bytes: number): number {
    const address = this.library._malloc(bytes)
    if (address === 0) throw new RangeError(`libheif has no room for ${bytes} bytes`)
    this.onRelease(() => this.library._free(address))
    return address
  }

  /** Calls `free` on `release`, before everything that was registered earlier. */
  onRelease(free: () => void): void {
    this.#releases.push(free)
  }

  /** Frees everything, the latest first. */
  release(): void {
    for (let free = this.#releases.pop(); free; free = this.#releases.pop()) free()
  }

  /** @throws ImageError if the last call that was given `error` has failed */
  assertOk(): void {
    const code = this.long(this.error)
    if (code === 0) return
    const message = `libheif: error ${code}.${this.long(this.error + 4)}`
    throw new ImageError(code === memoryError ? 'out-of-memory' : 'damaged', message)
  }

  /** Whether the last call that was given `error` has failed. */
  get failed(): boolean {
    return this.long(this.error) !== 0
  }

  /** What the last call that was given `outAddress` has written there. */
  get out(): number {
    return this.long(this.outAddress)
  }

  write(address: number, bytes: Uint8Array): void {
    this.library.HEAPU8.set(bytes, address)
  }

  writeByte(address: number, value: number): void {
    this.library.HEAPU8[address] = value
  }

  /** Valid until the next call to libheif. */
  view(address: number, length: number): Uint8Array {
    return this.library.HEAPU8.subarray(address, address + length)
  }

  copy(address: number, length: number): Buffer {
    return Buffer.from(this.view(address, length))
  }

  long(address: number): number {
    return new DataView(this.library.HEAPU8.buffer).getUint32(address, true)
  }

  /** A C string; empty if the address is 0. */
  text(address: number): string {
    if (address === 0) return ''
    const bytes = this.view(address, maxNameBytes)
    const end = bytes.indexOf(0)
    return Buffer.from(bytes.subarray(0, end < 0 ? maxNameBytes : end)).toString('latin1')
  }
}
