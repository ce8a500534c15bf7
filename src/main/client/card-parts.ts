/** Connects the cards with the list, the servers and the settings. */
import type { CardCertificate, CardChoice } from '../../shared/cards.ts'
import { CardBatches } from '../cards/card-batches.ts'
import { type CardServer, Cards, type CardsDeps } from '../cards/cards.ts'
import type { ItemList } from '../queue/item-list.ts'
import { isSent } from './batch-end.ts'
import type { Connections } from './connections.ts'
import type { ItemDrives } from './item-drives.ts'
import type { ClientOptions } from './options.ts'
import type { ClientSettings } from './settings.ts'

export interface CardPartsSources
  extends Pick<CardsDeps, 'volumes' | 'hashPool' | 'add' | 'onChange' | 'onProblem'> {
  readonly list: ItemList
  readonly itemDrives: ItemDrives
  readonly connections: Connections
  readonly settings: ClientSettings
  readonly isReceiving: (batchId: string) => boolean
  readonly certificates: { put(certificate: CardCertificate): Promise<void> }
}

const lookEveryMs = 2_000

/** Nothing runs yet. */
export function openCards({ cards, bundled }: ClientOptions, sources: CardPartsSources): Cards {
  const { list, itemDrives, connections, settings, isReceiving, certificates, ...rest } = sources
  const isOver = (batchId: string) =>
    isSent(list, batchId, isReceiving) && list.batchRemaining(batchId)?.uncheckedFiles === 0
  const batches = new CardBatches({ list, isOver, rootOf: (item) => itemDrives.rootOf(item) })
  return new Cards({
    ...rest,
    batches,
    choice: (): CardChoice => settings.current.cards,
    libraryDir: () => settings.current.libraryDir ?? bundled?.libraryDir ?? null,
    serverOf: (batchIds) => serverOf(connections, batchIds),
    keep: (certificate) => certificates.put(certificate),
    lookEveryMs: cards?.lookEveryMs ?? lookEveryMs,
    eject: cards?.eject,
  })
}

function serverOf(connections: Connections, batchIds: readonly string[]): CardServer {
  const last = batchIds.at(-1)
  const { id, name, url } = connections.state(
    last === undefined ? connections.defaultId : connections.serverIdOf(last),
  )
  return { id, name, url, api: () => connections.to(id).api }
}
