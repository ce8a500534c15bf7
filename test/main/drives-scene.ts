/** Folders in the place of drives: a test connects, pulls out and swaps them, with real files on them. */
import { mkdirSync, renameSync, utimesSync, writeFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import type { ClientOptions } from '../../src/main/client/client.ts'
import type { Volume, Volumes } from '../../src/main/volumes/volume.ts'
import type { ItemRow } from '../../src/shared/feed.ts'
import { fingerprint } from '../crossing/photo-folder.ts'
import { serve } from '../crossing/programs.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { openTestClient, type WatchedClient } from './a-client.ts'

/** When every file of a card was taken: two cards may agree in it. */
const takenMs = 1_700_000_000_000

export interface Card {
  readonly name: string
  readonly id: string | null
  /** Where it lies while it is not connected. */
  readonly away: string
}

export class CardReader implements Volumes {
  readonly #folder: string
  readonly #connected = new Map<string, Card>()

  /** @param folder absolute; drives are connected below it */
  constructor(folder: string) {
    this.#folder = folder
  }

  /** A card with files of these sizes. Cards with the same `content` have the same bytes. */
  card(name: string, id: string | null, sizes: Readonly<Record<string, number>>, content = name): Card {
    const away = join(this.#folder, 'drawer', `${name}-${content}`)
    mkdirSync(away, { recursive: true })
    for (const [file, size] of Object.entries(sizes)) {
      const path = join(away, file)
      mkdirSync(join(path, '..'), { recursive: true })
      writeFileSync(path, Buffer.alloc(size, content + file))
      utimesSync(path, new Date(takenMs), new Date(takenMs))
    }
    return { name, id, away }
  }

  /** @returns the absolute path of the card's top folder */
  plugIn(card: Card, place = card.name): string {
    const mountPoint = join(this.#folder, 'media', place)
    mkdirSync(join(this.#folder, 'media'), { recursive: true })
    renameSync(card.away, mountPoint)
    this.#connected.set(mountPoint, card)
    return mountPoint
  }

  pullOut(card: Card): void {
    for (const [mountPoint, connected] of this.#connected) {
      if (connected !== card) continue
      this.#connected.delete(mountPoint)
      renameSync(mountPoint, card.away)
    }
  }

  async at(path: string): Promise<Volume | null> {
    return (await this.list()).find(({ mountPoint }) => `${path}${sep}`.startsWith(mountPoint + sep)) ?? null
  }

  async list(): Promise<Volume[]> {
    return [...this.#connected].map(([mountPoint, { name, id }]) => ({ name, mountPoint, id, remote: false }))
  }
}

/** What a parked row says it waits for; null for any other row. */
export function awaited({ state }: ItemRow): string | null {
  if (state.status !== 'waiting' || state.error.facts?.kind !== 'drive-away') return null
  return state.error.facts.name
}

/** A server that nobody runs: files stay queued. */
export const nowhere = { url: 'http://127.0.0.1:9', token: '' }

/** `count` photos of `size` bytes each. */
export const photos = (count: number, size = 2_000) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`DCIM/IMG_${index}.jpg`, size]))

/** A card reader, a server, and clients on one state folder. */
export async function driveScene() {
  const folder = temporaryFolder()
  const reader = new CardReader(folder)
  const server = await serve(join(folder, 'data'), { args: ['--chunk-size', String(1 << 20)] })
  const state = join(folder, 'state')
  const open = (to: { url: string; token: string } = server, more: Partial<ClientOptions> = {}) =>
    openTestClient(state, to, undefined, { volumes: reader, ...more })
  const stored = () => fingerprint(join(folder, 'data', 'uploads'))
  return { folder, reader, server, open, stored }
}

/** Status -> number of files. */
export function counts({ rows }: WatchedClient) {
  const groups = Map.groupBy(rows(), ({ state }) => state.status)
  return Object.fromEntries([...groups].map(([status, all]) => [status, all.length]))
}
