/** Keeps the receipt of every finished batch in a folder, where the settings name one. Nothing in that folder is ever replaced but this run's own receipt of the same batch. */
import { randomUUID } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { join, parse } from 'node:path'
import { UploadError } from '../../shared/protocol/errors.ts'
import type { WrittenReceipt } from './receipt-text.ts'

interface KeptReceiptDeps {
  /** Absolute; null where receipts are not kept. */
  readonly folder: () => string | null
  readonly write: (batchId: string) => Promise<WrittenReceipt>
  readonly onProblem: (thrown: unknown) => void
}

/** Names that are tried before it is given up: more receipts of one name and day are of no use. */
const mostOfOneName = 1_000

export class KeptReceipts {
  readonly #deps: KeptReceiptDeps
  /** Batch id -> the receipt that this run wrote of it, absolute. */
  readonly #written = new Map<string, string>()
  /** One after the other, so that two of one name do not meet. */
  #last: Promise<void> = Promise.resolve()

  constructor(deps: KeptReceiptDeps) {
    this.#deps = deps
  }

  /** A batch has finished, for the first time or once more. */
  keep(batchId: string): void {
    const folder = this.#deps.folder()
    if (folder === null) return
    this.#last = this.#last.then(() => this.#keep(batchId, folder)).catch(this.#deps.onProblem)
  }

  /** Fulfils when everything that was asked for is on disk, or was reported. */
  async whenWritten(): Promise<void> {
    await this.#last
  }

  async #keep(batchId: string, folder: string): Promise<void> {
    const receipt = await this.#deps.write(batchId)
    const before = this.#written.get(batchId)
    try {
      await mkdir(folder, { recursive: true })
      if (before !== undefined && parse(before).dir === folder) await replace(before, receipt.parts)
      else this.#written.set(batchId, await writeNew(join(folder, receipt.fileName), receipt.parts))
    } catch (cause) {
      const name = receipt.fileName
      const message = `The receipt ${name} could not be kept in ${folder}. Check that folder in Settings, and save the receipt from the history.`
      throw new UploadError('disk-full', message, {
        cause,
        facts: { kind: 'receipt-unwritten', name, path: folder },
      })
    }
  }
}

/** @returns the path that the file has now: the wanted one, or that with a number where it is taken */
async function writeNew(wanted: string, parts: Iterable<string>): Promise<string> {
  const { dir, name, ext } = parse(wanted)
  for (let nth = 1; nth <= mostOfOneName; nth++) {
    const path = nth === 1 ? wanted : join(dir, `${name} (${nth})${ext}`)
    try {
      await write(path, parts)
      return path
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown
    }
  }
  throw new Error(`${mostOfOneName} receipts of one name`)
}

/** The file is the old one or the new one, whenever it is looked at. */
async function replace(path: string, parts: Iterable<string>): Promise<void> {
  const fresh = join(parse(path).dir, `.${randomUUID()}.part`)
  await write(fresh, parts)
  await rename(fresh, path)
}

/** Writes a file that is not there yet; where it can't be written whole, none stays. */
async function write(path: string, parts: Iterable<string>): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    for (const part of parts) await file.write(part)
    await file.sync()
    await file.close()
  } catch (thrown) {
    await file.close().catch(() => undefined)
    await rm(path, { force: true }).catch(() => undefined)
    throw thrown
  }
}
