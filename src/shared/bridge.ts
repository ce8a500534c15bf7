/** The bridge between the window and main: commands and their answers, the feed, thumbnails, receipts. */
import type { FeedEvent } from './feed.ts'
import type { ReceiptFormat } from './history.ts'
import type { CommandInput, CommandName, CommandOutputs } from './ipc.ts'
import type { ThumbnailSize } from './thumbnails.ts'

/** How the window reaches main: over Electron's IPC, or in browser mode over a WebSocket and HTTP. */
export interface Bridge {
  /** @throws CommandError with the code and message that main answered */
  invoke<Name extends CommandName>(name: Name, input: CommandInput<Name>): Promise<CommandOutputs[Name]>
  /**
   * Starts the feed: its first event has `reset`, then all rows follow in pages, then changes as they happen.
   * @returns a function that ends it
   */
  subscribe(listener: (event: FeedEvent) => void): () => void
  /**
   * A small picture of a file on the list; null where there is nothing to show but an icon.
   * @throws the signal's reason, or what prevented the picture this time
   */
  thumbnail(itemId: string, size: ThumbnailSize, signal: AbortSignal): Promise<Blob | null>
  /**
   * Saves the receipt of a batch where the person says, or where their browser keeps downloads.
   * @returns its absolute path; null where only the browser knows it, and when the dialog was dismissed
   * @throws CommandError
   */
  saveReceipt(batchId: string, format: ReceiptFormat): Promise<string | null>
}
