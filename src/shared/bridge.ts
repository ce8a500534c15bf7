/** How the window speaks to main: commands and their answers, the feed, thumbnails, receipts. */
import type { FeedEvent } from './feed.ts'
import type { ReceiptFormat } from './history.ts'
import type { CommandInput, CommandName, CommandOutputs } from './ipc.ts'
import type { ThumbnailSize } from './thumbnails.ts'

/** How the window reaches main, whichever of the two ways it is. */
export interface Bridge {
  /** @throws CommandError with the code and message that main answered */
  invoke<Name extends CommandName>(name: Name, input: CommandInput<Name>): Promise<CommandOutputs[Name]>
  /**
   * Starts the feed: its first event has `reset`, then come all rows in pages, then changes as they happen.
   * @returns a function that ends it
   */
  subscribe(listener: (event: FeedEvent) => void): () => void
  /**
   * A small picture of a file on the list; null where there is nothing to show but an icon.
   * @throws the signal's reason, or whatever kept the picture from coming this time
   */
  thumbnail(itemId: string, size: ThumbnailSize, signal: AbortSignal): Promise<Blob | null>
  /**
   * Saves the receipt of a batch where the person says, or where their browser keeps downloads.
   * @returns its absolute path; null where only the browser knows it, and when the person thought better of it
   * @throws CommandError
   */
  saveReceipt(batchId: string, format: ReceiptFormat): Promise<string | null>
}
