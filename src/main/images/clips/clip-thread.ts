/**
 * Worker thread of the thumbnail worker: looks into clips. Tables that lie can keep a reader busy for hours without a pause;
 * on its own thread it can be ended, and nothing else waits.
 */
import { parentPort } from 'node:worker_threads'
import type { PhotoFacts } from '../../../shared/photo-facts.ts'
import { withOpenFile } from '../open-file.ts'
import { clipPicture } from './clip-picture.ts'
import { readClipFacts } from './read-clip-facts.ts'

export interface ClipRequest {
  readonly what: 'facts' | 'picture'
  /** Absolute. */
  readonly path: string
}

export type ClipResponse =
  | { readonly kind: 'facts'; readonly facts: PhotoFacts }
  /** A JPEG; null if there is none. */
  | { readonly kind: 'picture'; readonly jpeg: Uint8Array | null }
  | { readonly kind: 'problem'; readonly message: string }

parentPort?.on('message', async (request: ClipRequest) => {
  parentPort?.postMessage(await answer(request))
})

async function answer({ what, path }: ClipRequest): Promise<ClipResponse> {
  try {
    return await withOpenFile(path, async (bytes): Promise<ClipResponse> => {
      if (what === 'facts') return { kind: 'facts', facts: await readClipFacts(path, bytes) }
      return { kind: 'picture', jpeg: await clipPicture(path, bytes) }
    })
  } catch (thrown) {
    return { kind: 'problem', message: String(thrown) }
  }
}
