/** The bridge of the desktop app: what the preload script exposes, with answers turned back into rejections. */

import type { Bridge, DropProgress } from '../../shared/bridge.ts'
import type { FeedEvent } from '../../shared/feed.ts'
import type { ReceiptFormat } from '../../shared/history.ts'
import type { CommandInput, CommandName, CommandOutputs } from '../../shared/ipc.ts'
import type { AddedFiles, PreloadApi } from '../../shared/preload-api.ts'
import type { ThumbnailSize } from '../../shared/thumbnails.ts'
import { followIntake } from '../features/survey/survey-store.ts'
import { showAlert } from '../store/alert-store.ts'
import { setConnection } from '../store/connection-store.ts'
import { t } from '../text/i18n.ts'
import { answerOf } from './command-reply.ts'
import { fetchThumbnail } from './fetch-thumbnail.ts'

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
    const added = answerOf<AddedFiles>(await this.#api.addFiles(files))
    if (added.pathless > 0) showAlert('error', t('intake.pathless', { count: added.pathless }))
    followIntake(this, added, t('intake.nothingNewAtAll'))
  }

  async saveReceipt(batchId: string, format: ReceiptFormat): Promise<string | null> {
    return (await this.invoke('receipt.save', { batchId, format })).path
  }

  thumbnail(itemId: string, size: ThumbnailSize, signal: AbortSignal): Promise<Blob | null> {
    return fetchThumbnail(itemId, size, { signal })
  }
}
