/** A real client and a real server for one test. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type Client, type ClientOptions, endlessPatience, openClient } from '../../src/main/client/client.ts'
import type { Patience } from '../../src/main/queue/patience.ts'
import { terminalClient } from '../../src/main/terminal/terminal-client.ts'
import type { FeedEvent, ItemRow } from '../../src/shared/feed.ts'
import type { ServerAddress } from '../../src/shared/servers.ts'
import type { UploadStatus } from '../../src/shared/upload.ts'

/** A client and what its feed has told. */
export interface WatchedClient {
  readonly client: Client
  readonly log: string[]
  readonly events: FeedEvent[]
  rows(): ItemRow[]
  /** File name -> status. */
  statuses(): Record<string, UploadStatus>
  row(name: string): ItemRow
}

export async function openTestClient(
  stateDir: string,
  server: ServerAddress | null,
  patience: Patience = endlessPatience,
  more: Partial<ClientOptions> = {},
): Promise<WatchedClient> {
  const log: string[] = []
  const client = await openClient({
    ...terminalClient,
    stateDir,
    server,
    bundled: null,
    patience,
    stillSeconds: 0,
    log: (line) => log.push(line),
    ...more,
  })
  onTestFinished(() => client.stop())
  const known = new Map<string, ItemRow>()
  const events: FeedEvent[] = []
  client.feed.subscribe((event) => {
    events.push(event)
    if (event.reset) known.clear()
    for (const row of event.items) known.set(row.id, row)
    for (const itemId of event.removedItemIds) known.delete(itemId)
  })
  const rows = () => [...known.values()].sort((a, b) => a.order - b.order)
  const nameOf = (row: ItemRow) => row.relativePath.split('/').at(-1) ?? ''
  return {
    client,
    log,
    events,
    rows,
    statuses: () => Object.fromEntries(rows().map((row) => [nameOf(row), row.state.status])),
    row: (name) => {
      const found = rows().find((row) => nameOf(row) === name)
      if (!found) throw new Error(`No row named ${name}`)
      return found
    },
  }
}

/** Writes files of the given sizes below `folder`. */
export function writeFiles(folder: string, sizes: Readonly<Record<string, number>>): string {
  for (const [name, size] of Object.entries(sizes)) {
    const path = join(folder, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, Buffer.alloc(size, name))
  }
  return folder
}
