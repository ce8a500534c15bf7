/** The desktop app's bridge: calls the functions that the preload script exposes and turns error replies into rejections. */
import type { Bridge } from '../../shared/bridge.ts'
import type { FeedEvent } from '../../shared/feed.ts'
import type { ReceiptFormat } from '../../shared/history.ts'
import type { CommandInput, CommandName, CommandOutputs } from '../../shared/ipc.ts'
import type { AddedFiles, MenuCommand, PreloadApi } from '../../shared/preload-api.ts'
import type { ThumbnailSize } from '../../shared/thumbnails.ts'
import { setConnection } from '../store/connection-store.ts'
import { replyValue } from './command-reply.ts'
import { fetchThumbnail } from './fetch-thumbnail.ts'

export class PreloadBridge implements Bridge {
  readonly #api: PreloadApi

  constructor(api: PreloadApi) {
    this.#api = api
    setConnection({ phase: 'online' })
  }

  async invoke<Name extends CommandName>(
    name: Name,
    input: CommandInput<Name>,
  ): Promise<CommandOutputs[Name]> {
    return replyValue(await this.#api.invoke(name, input))
  }

  subscribe(listener: (event: FeedEvent) => void): () => void {
    return this.#api.subscribe(listener)
  }

  /**
   * Adds dropped files and folders; a folder appears as one `File`. The preload script looks up their paths.
   * @throws CommandError
   */
  async addFiles(files: readonly File[]): Promise<AddedFiles> {
    return replyValue(await this.#api.addFiles(files))
  }

  /** Tells what is chosen in the menus of the system. @returns a function that ends it */
  onMenu(listener: (command: MenuCommand) => void): () => void {
    return this.#api.onMenu(listener)
  }

  async saveReceipt(batchId: string, format: ReceiptFormat): Promise<string | null> {
    return (await this.invoke('receipt.save', { batchId, format })).path
  }

  thumbnail(itemId: string, size: ThumbnailSize, signal: AbortSignal): Promise<Blob | null> {
    return fetchThumbnail(itemId, size, { signal })
  }
}
