/** A card with photos in a reader, a client that follows cards, and what it says of them. */
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect } from 'vitest'
import type { ClientOptions } from '../../../src/main/client/client.ts'
import type { CardRow, CardState } from '../../../src/shared/cards.ts'
import { outageProxy } from '../../outage-proxy.ts'
import type { WatchedClient } from '../a-client.ts'
import { type Card, driveScene, photos } from '../drives-scene.ts'

export async function cardScene(more: Partial<ClientOptions> = {}) {
  const drives = await driveScene()
  const openWith = (options: Partial<ClientOptions> = {}) =>
    drives.open(drives.server, { cards: { lookEveryMs: 40 }, ...more, ...options })
  return { ...drives, openWith }
}

/** A client that reaches the server through a proxy, in which the test can make trouble. */
export async function openBehindProxy({ open, server }: Awaited<ReturnType<typeof cardScene>>) {
  const proxy = await outageProxy(server.port)
  const client = await open({ url: proxy.url, token: server.token }, { cards: { lookEveryMs: 40 } })
  return { proxy, client }
}

/** A card of a camera with `count` photos. */
export function canon(
  { reader }: Awaited<ReturnType<typeof cardScene>>,
  count = 4,
  id: string | null = 'uuid:1',
): Card {
  return reader.card('EOS_DIGITAL', id, photos(count))
}

export function cards({ events }: WatchedClient): readonly CardRow[] {
  return events.at(-1)?.overview.cards ?? []
}

/** The only card. */
export function card(client: WatchedClient): CardRow {
  const [row] = cards(client)
  if (!row) throw new Error('No card is shown.')
  return row
}

const phaseOf = (client: WatchedClient) => cards(client)[0]?.state.phase

/** Waits until the only card stands there. */
export async function until<Phase extends CardState['phase']>(
  client: WatchedClient,
  phase: Phase,
): Promise<Extract<CardState, { phase: Phase }>> {
  await expect.poll(() => phaseOf(client)).toBe(phase)
  return card(client).state as Extract<CardState, { phase: Phase }>
}

/** Has the card uploaded, and waits for what follows. */
export async function uploadCard(client: WatchedClient, presetId?: string): Promise<void> {
  await until(client, 'found')
  await client.client.cards.upload(card(client).id, presetId === undefined ? {} : { presetId })
}

export function addFile(top: string, path: string, bytes: string | Uint8Array = 'new photo'): void {
  mkdirSync(dirname(join(top, path)), { recursive: true })
  writeFileSync(join(top, path), bytes)
}

export function append(top: string, path: string): void {
  appendFileSync(join(top, path), 'more')
}
