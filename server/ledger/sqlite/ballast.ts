/**
 * A file that only occupies room: where the disk is full, it is removed so that the ledger can be written once more, for what
 * gives room back.
 */
import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, openSync, rmSync, statfsSync, statSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

/** Enough for hundreds of removals. */
const ballastBytes = 1024 * 1024
/** It is laid down again only where others do not miss its room. */
const spareShare = 4
/** The disk is asked again after so long, ms. */
const askEveryMs = 5_000

export class Ballast {
  readonly #path: string
  #isThere: boolean
  #askedAtMs = 0

  /** @param path absolute; its folder is there */
  constructor(path: string) {
    this.#path = path
    this.#isThere = statSync(path, { throwIfNoEntry: false })?.size === ballastBytes
    this.restore()
  }

  /** Gives its room to whoever writes next. */
  release(): void {
    rmSync(this.#path, { force: true })
    this.#isThere = false
    this.#askedAtMs = performance.now()
  }

  /** Lays it down again if it was released and there is room now. Never throws: without it, only a full disk is harder. */
  restore(): void {
    if (this.#isThere) return
    const nowMs = performance.now()
    if (this.#askedAtMs > 0 && nowMs - this.#askedAtMs < askEveryMs) return
    this.#askedAtMs = nowMs
    try {
      const { bavail, bsize } = statfsSync(dirname(this.#path))
      if (bavail * bsize < spareShare * ballastBytes) return
      write(this.#path)
      this.#isThere = true
    } catch {
      rmSync(this.#path, { force: true })
    }
  }
}

/** No file system makes bytes smaller that are random. */
function write(path: string): void {
  const file = openSync(path, 'w', 0o600)
  try {
    writeSync(file, randomBytes(ballastBytes))
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}
