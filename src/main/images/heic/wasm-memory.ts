/** Reads, writes and lends memory of libheif's WebAssembly module, whose view changes whenever it grows. */
import type { Libheif } from 'libheif-js/libheif-wasm/libheif-bundle.mjs'

/** What C strings are read to at most; what libheif names is far shorter. */
const maxNameBytes = 256

export class LibheifScope {
  readonly #library: Libheif
  readonly #lent: (() => void)[] = []

  constructor(library: Libheif) {
    this.#library = library
  }

  /** @returns an address that is given back by `release`; throws a RangeError where there is no room */
  lend(bytes: number): number {
    const at = this.#library._malloc(bytes)
    if (at === 0) throw new RangeError(`libheif has no room for ${bytes} bytes`)
    this.#lent.push(() => this.#library._free(at))
    return at
  }

  /** Has `giveBack` called by `release`, before all that was lent earlier. */
  owe(giveBack: () => void): void {
    this.#lent.push(giveBack)
  }

  /** Gives everything back, the last first. */
  release(): void {
    for (let giveBack = this.#lent.pop(); giveBack; giveBack = this.#lent.pop()) giveBack()
  }

  write(at: number, bytes: Uint8Array): void {
    this.#library.HEAPU8.set(bytes, at)
  }

  writeByte(at: number, value: number): void {
    this.#library.HEAPU8[at] = value
  }

  /** A view that lasts until libheif is called the next time. */
  view(at: number, length: number): Uint8Array {
    return this.#library.HEAPU8.subarray(at, at + length)
  }

  copy(at: number, length: number): Buffer {
    return Buffer.from(this.view(at, length))
  }

  long(at: number): number {
    const { buffer } = this.#library.HEAPU8
    return new DataView(buffer).getUint32(at, true)
  }

  /** A C string; empty for none. */
  text(at: number): string {
    if (at === 0) return ''
    const bytes = this.view(at, maxNameBytes)
    const end = bytes.indexOf(0)
    return Buffer.from(bytes.subarray(0, end < 0 ? maxNameBytes : end)).toString('latin1')
  }
}
