/** One scan of dropped paths for several readers: each gets every find from the first one on, whenever it begins to read. */
import type { LeftOut } from '../../shared/survey.ts'
import { LeftOutTally } from '../../shared/survey-tally.ts'
import { type Find, scan } from './scan.ts'

/**
 * Finds are passed on in groups, since readers write them down together; what counts is the group, not the path:
 * ten thousand dropped files are ten thousand paths.
 */
const findsAtOnce = 500
/** The first files of a slow disk appear no later than this. */
const longestHoldMs = 200

export class SharedScan {
  readonly #groups: (readonly Find[])[] = []
  readonly #leftOut = new LeftOutTally()
  #held: Find[] = []
  #timer: NodeJS.Timeout | undefined
  #ended = false
  #failure: unknown
  #stopped = false
  #news = Promise.withResolvers<void>()

  /**
   * Begins to read at once.
   * @param paths absolute
   * @param names path -> what it is called in the library, where that is another name than its own
   */
  constructor(paths: readonly string[], names: Readonly<Record<string, string>> = {}) {
    void this.#read(paths, names)
  }

  /** System files and folders that were left out so far. */
  get leftOut(): LeftOut {
    return this.#leftOut
  }

  /** All groups of finds: those that were found before, then each as it is found. Throws what ended the scan early. */
  async *groups(): AsyncGenerator<readonly Find[]> {
    for (let index = 0; ; index++) {
      while (index >= this.#groups.length && !this.#ended) await this.#news.promise
      const group = this.#groups[index]
      if (group !== undefined) yield group
      else if (this.#failure !== undefined) throw this.#failure
      else return
    }
  }

  /** Reads no further. Readers end at once with what was found so far, even while a slow disk has not answered yet. */
  stop(): void {
    this.#stopped = true
    this.#ended = true
    this.#passOn()
  }

  async #read(paths: readonly string[], names: Readonly<Record<string, string>>): Promise<void> {
    const onLeftOut = (relativePath: string) => void this.#leftOut.add(relativePath)
    try {
      for (const path of paths) {
        for await (const find of scan(path, onLeftOut, names[path])) {
          if (this.#stopped) return
          this.#add(find)
        }
      }
    } catch (thrown) {
      this.#failure = thrown
    } finally {
      this.#ended = true
      this.#passOn()
    }
  }

  #add(find: Find): void {
    this.#held.push(find)
    if (this.#held.length >= findsAtOnce) this.#passOn()
    else this.#timer ??= setTimeout(() => this.#passOn(), longestHoldMs)
  }

  #passOn(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#held.length > 0) this.#groups.push(this.#held)
    this.#held = []
    this.#news.resolve()
    this.#news = Promise.withResolvers<void>()
  }
}
