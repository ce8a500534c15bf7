/** The drops that pages are streaming right now: browser mode's side of the client's staged batches. */
import { toUploadError, UploadError } from '../../shared/protocol/errors.ts'
import type { Client, DropChoice } from '../client/client.ts'
import { StagedDrop } from './staged-drop.ts'

export interface StagedDropsOptions {
  readonly client: Client
  /** How long a drop may stay open, in ms, when its page is gone and nothing comes. */
  readonly idleMs: number
  /** Told what went wrong where no page is left to tell. */
  readonly report: (error: UploadError) => void
}

interface OpenDrop {
  readonly drop: StagedDrop
  readonly isPageThere: () => boolean
}

/** Opens, finds and closes drops; one that its page left behind is closed after a while. */
export class StagedDrops {
  readonly #options: StagedDropsOptions
  readonly #open = new Map<string, OpenDrop>()
  readonly #timer: NodeJS.Timeout

  constructor(options: StagedDropsOptions) {
    this.#options = options
    this.#timer = setInterval(() => this.#closeForsaken(), Math.ceil(options.idleMs / 10)).unref()
  }

  /**
   * @param isPageThere whether the page that begins the drop is still connected
   * @param earlierId a drop of before to go on with, where it is still there
   * @param presetId of a new drop; left out, what the settings say
   * @returns the drop's id
   */
  async begin(
    name: string,
    isPageThere: () => boolean,
    earlierId?: string,
    choice?: DropChoice,
  ): Promise<string> {
    const stillOpen = this.#open.get(earlierId ?? '')
    if (earlierId !== undefined && stillOpen !== undefined) {
      this.#open.set(earlierId, { ...stillOpen, isPageThere })
      return earlierId
    }
    const batch = await this.#options.client.openStagedBatch(name, earlierId, choice)
    this.#open.set(batch.batchId, { drop: new StagedDrop(batch), isPageThere })
    return batch.batchId
  }

  /** @throws UploadError `not-found` for a drop that is not open */
  find(dropId: string): StagedDrop {
    const found = this.#open.get(dropId)
    if (found !== undefined) return found.drop
    throw new UploadError('not-found', 'This drop is not open any more: drop the files once again.')
  }

  /** @throws UploadError `not-found` for a drop that is not open */
  async finish(dropId: string): Promise<void> {
    const drop = this.find(dropId)
    this.#open.delete(dropId)
    await drop.close()
  }

  /** Closes every drop with what it has. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await Promise.all([...this.#open.keys()].map((dropId) => this.finish(dropId)))
  }

  #closeForsaken(): void {
    for (const [dropId, { drop, isPageThere }] of this.#open) {
      if (isPageThere() || !drop.isIdle(this.#options.idleMs)) continue
      this.finish(dropId).catch((thrown) => this.#options.report(toUploadError(thrown)))
    }
  }
}
