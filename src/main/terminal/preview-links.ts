/** Prints the link to the previews of a command as soon as they have arrived, long before the originals have. */
import { toUploadError } from '../../shared/protocol/errors.ts'
import { escapeControls } from '../../shared/protocol/escape-controls.ts'
import { isFinished, uploadStatuses } from '../../shared/upload.ts'
import type { Client } from '../client/client.ts'

/** How long the link works. */
const days = 30

export function printPreviewLinks(client: Client): void {
  const told = new Set<string>()
  client.feed.subscribe(({ batches }) => {
    for (const { id, previewsOf, totals } of batches) {
      if (previewsOf === null || told.has(id) || totals.counts.done === 0) continue
      const isOver = uploadStatuses.every((status) => isFinished(status) || totals.counts[status] === 0)
      // More may be found while the originals' folders are read: then the link shows them too.
      if (!isOver) continue
      told.add(id)
      void client.batchLinks.make(id, days).then(
        ({ url, path }) => console.error(escapeControls(`Previews for ${days} days (${path}): ${url}`)),
        (thrown: unknown) =>
          console.error(escapeControls(`No link to the previews: ${toUploadError(thrown).message}`)),
      )
    }
  })
}
