/** Browser mode: sends the files of one drop to PhotoFerry, four at once; survives a restart of PhotoFerry. */

/** How many files of a drop have arrived. While folders are still being read, `total` is the count found so far. */
export interface DropProgress {
  readonly sent: number
  readonly total: number
}

/** A file that could not be sent, and why. */
interface Unsent<Item> {
  readonly item: Item
  readonly reason: string
}

/**
 * The result of one attempt to send a file:
 * - `offline` PhotoFerry cannot be reached, or is still busy with the last attempt: wait, then try again
 * - `gone`    PhotoFerry restarted and no longer knows the drop: begin again with the files that are left
 */
export type SendResult =
  | { readonly kind: 'ok' }
  | { readonly kind: 'offline'; readonly reason: string }
  | { readonly kind: 'gone'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string }

export interface SendHost<Item> {
  /** Opens the drop, or opens it again. @param items that are left to be sent @returns its id */
  begin(items: readonly Item[]): Promise<string>
  /** @param index position among the files of this drop, from 0: the order in which they enter the queue */
  send(dropId: string, item: Item, index: number): Promise<SendResult>
  finish(dropId: string): Promise<void>
  /** Resolves after a pause, once PhotoFerry can be reached. */
  whenOnline(): Promise<void>
}

const atOnce = 4
/** Attempts for one file: enough to survive a restart or two of PhotoFerry while it is being sent. */
const mostAttempts = 5

/**
 * Sends all items and returns those that failed; a failure never stops the others.
 * @throws CommandError when the drop could not be opened
 */
export async function sendFiles<Item>(
  items: readonly Item[],
  host: SendHost<Item>,
  onProgress: (progress: DropProgress) => void,
): Promise<Unsent<Item>[]> {
  const sending = new FileSending(items, host, onProgress)
  await sending.run()
  return sending.unsent
}

class FileSending<Item> {
  readonly unsent: Unsent<Item>[] = []
  readonly #items: readonly Item[]
  readonly #host: SendHost<Item>
  readonly #onProgress: (progress: DropProgress) => void
  /** Indexes of the files that are being sent. */
  readonly #running = new Set<number>()
  #finished = 0
  #next = 0
  /** Index of the first file of the drop that is open now. */
  #first = 0
  #drop: Promise<string>

  constructor(items: readonly Item[], host: SendHost<Item>, onProgress: (progress: DropProgress) => void) {
    this.#items = items
    this.#host = host
    this.#onProgress = onProgress
    this.#drop = host.begin(items)
  }

  async run(): Promise<void> {
    await this.#drop
    this.#onProgress({ sent: 0, total: this.#items.length })
    await Promise.all(Array.from({ length: atOnce }, () => this.#sendFromQueue()))
    await this.#host.finish(await this.#drop)
  }

  async #sendFromQueue(): Promise<void> {
    while (this.#next < this.#items.length) {
      const index = this.#next++
      this.#running.add(index)
      await this.#sendOne(this.#items[index] as Item, index)
      this.#running.delete(index)
      this.#finished += 1
      this.#onProgress({ sent: this.#finished - this.unsent.length, total: this.#items.length })
    }
  }

  async #sendOne(item: Item, index: number): Promise<void> {
    let reason = ''
    for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
      const drop = this.#drop
      const result = await this.#host.send(await drop, item, index - this.#first)
      if (result.kind === 'ok') return
      reason = result.reason
      if (result.kind === 'failed') break
      await this.#host.whenOnline()
      if (result.kind === 'gone') await this.#replaceDrop(drop)
    }
    this.unsent.push({ item, reason })
  }

  /** All files whose drop is gone share the one that replaces it. */
  async #replaceDrop(gone: Promise<string>): Promise<void> {
    if (this.#drop === gone) {
      this.#first = Math.min(...this.#running)
      const left = this.#items.filter((_, index) => index >= this.#next || this.#running.has(index))
      this.#drop = this.#host.begin(left)
    }
    await this.#drop
  }
}
