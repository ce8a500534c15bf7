/** The bridge of the desktop app: what the preload script exposes, with answers turned back into rejections. */
import type { FeedEvent } from '../../shared/feed.ts'
import type { Bridge, CommandInput, CommandName, CommandOutputs, DropProgress } from '../../shared/ipc.ts'
import type { PreloadApi } from '../../shared/preload-api.ts'
import type { ThumbnailSize } from '../../shared/thumbnails.ts'
import { sayIfNothingNew } from '../store/added-batches.ts'
import { t } from '../text/text.ts'
import { setConnection } from './connection.ts'
import { answerOf } from './reply.ts'
import { fetchThumbnail } from './thumbnail.ts'

export class DesktopBridge implements Bridge {
  readonly #api: PreloadApi

  constructor(api: PreloadApi) {
    this.#api = api
    setConnection({ phase: 'online' })
  }

  async invoke<Name extends CommandName>(
    name: Name,
    input: CommandInput<Name>,
  ): Promise<CommandOutputs[Name]> {
    return answerOf(await this.#api.invoke(name, input))
  }

  subscribe(listener: (event: FeedEvent) => void): () => void {
    return this.#api.subscribe(listener)
  }

  async addDropped(dropped: DataTransfer, _onProgress: (progress: DropProgress) => void): Promise<void> {
    // The preload script can tell the path of a dropped folder too: it appears as one `File`.
    const files = [...dropped.files]
    if (files.length === 0) return
    const { batchIds } = answerOf<CommandOutputs['intake.add']>(await this.#api.addFiles(files))
    sayIfNothingNew(batchIds, t('intake.nothingNewAtAll'))
  }

  thumbnail(itemId: string, size: ThumbnailSize, signal: AbortSignal): Promise<Blob | null> {
    return fetchThumbnail(itemId, size, { signal })
  }
}
