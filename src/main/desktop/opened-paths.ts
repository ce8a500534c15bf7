/** What the system asks the app to open: on the command line, by a second start, from the Dock or a file manager's menu. */
import { randomUUID } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'

const pathsSchema = z.array(z.string().min(1))

/**
 * @param words of the command line after the program
 * @param appIsNamed whether the first of them that is no flag is the app itself, as when run from source
 * @returns absolute paths of all that is no flag; some file managers name URLs
 */
export function pathsOf(words: readonly string[], folder: string, appIsNamed: boolean): string[] {
  const named = words.filter((word) => word !== '' && !word.startsWith('-'))
  return named.slice(appIsNamed ? 1 : 0).map((word) => pathOf(word) ?? resolve(folder, word))
}

function pathOf(word: string): string | null {
  try {
    return /^file:/i.test(word) ? fileURLToPath(word) : null
  } catch {
    return null
  }
}

/**
 * The paths that wait to be added. A second start hands its own over in a file: what Chromium carries from one to the other is
 * cut off at 32 KiB, which some hundred photos exceed.
 */
export class OpenedPaths {
  readonly #paths: string[] = []
  readonly #folder: string
  #onArrive: () => void = () => undefined

  /** @param folder absolute path of the folder for what is handed over; made when it is needed */
  constructor(folder: string) {
    this.#folder = folder
  }

  /** @param listener told when there is something to take; at once when it came before */
  whenSome(listener: () => void): void {
    this.#onArrive = listener
    if (this.#paths.length > 0) listener()
  }

  add(paths: readonly string[]): void {
    if (paths.length === 0) return
    this.#paths.push(...paths)
    this.#onArrive()
  }

  get hasSome(): boolean {
    return this.#paths.length > 0
  }

  /**
   * Leaves what waits to whichever start `receive`s it: the one that runs already, or the next. To be called before that one is
   * told. Where the disk refuses, it stays here.
   */
  handOver(): void {
    if (!this.hasSome) return
    try {
      this.#leave(this.#paths)
      this.#paths.length = 0
    } catch {
      // See above.
    }
  }

  #leave(paths: readonly string[]): void {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
    const file = join(this.#folder, `${randomUUID()}.json`)
    writeFileSync(`${file}.new`, JSON.stringify(paths), { mode: 0o600 })
    // The other may look at any time: it finds the whole list, or none.
    renameSync(`${file}.new`, file)
  }

  /** Takes what other starts have handed over. */
  receive(): void {
    for (const name of this.#handedOver()) {
      const file = join(this.#folder, name)
      const paths = readPaths(file)
      rmSync(file, { force: true })
      this.add(paths)
    }
  }

  /** Each is given once. */
  take(): readonly string[] {
    return this.#paths.splice(0)
  }

  #handedOver(): string[] {
    try {
      return readdirSync(this.#folder).filter((name) => name.endsWith('.json'))
    } catch {
      // Nothing was ever handed over.
      return []
    }
  }
}

/** @returns none where the file holds no paths */
function readPaths(file: string): readonly string[] {
  try {
    return pathsSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return []
  }
}
