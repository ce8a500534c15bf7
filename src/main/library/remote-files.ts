/** What a server's library holds, page after page. */
import type { ListedFile } from '../../shared/protocol/wire.ts'
import type { ServerApi } from '../transfer/server-api.ts'

/** What of the library is looked at. */
export interface Shelf {
  /** Below the library, parts joined by `/`; empty for all of it. */
  readonly folder: string
  /** Whether the folders below it are opened. */
  readonly isDeep: boolean
}

export type RemoteEntry = { readonly file: ListedFile } | { readonly folder: string }

/** In the order of the server, but for a page's folders, which come before its files. @throws UploadError */
export async function* remoteEntries(
  api: ServerApi,
  { folder, isDeep }: Shelf,
  signal: AbortSignal,
): AsyncGenerator<RemoteEntry> {
  const query = { folder, depth: isDeep ? 'all' : '1' }
  for (let after: string | null | undefined; after !== null; ) {
    const page = await api.listFiles(after === undefined ? query : { ...query, after }, signal)
    for (const path of page.folders) yield { folder: path }
    for (const file of page.files) yield { file }
    after = page.next
  }
}
