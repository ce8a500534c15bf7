/** The input of every command as an honest window sends it. */

import { join } from 'node:path'
import { plainDestination } from '../../src/shared/destination.ts'
import type { CommandInput, CommandName } from '../../src/shared/ipc.ts'
import { presetSchema } from '../../src/shared/presets.ts'
import { defaultSettings } from '../../src/shared/settings.ts'
import { noSkipRules } from '../../src/shared/skip-rules.ts'

/** What the window knows at that moment. */
export interface Shown {
  /** Absolute path of a folder with photos. */
  readonly card: string
  readonly batchId: string
  readonly itemId: string
  readonly dropId: string
  /** Address of the server. */
  readonly url: string
}

const preset = presetSchema.parse({ name: 'Album' })
const address = (url: string) => ({ url, token: 'secret' })

export const commandInputsOf = ({ card, batchId, itemId, dropId, url }: Shown) => {
  const { ownPresets: _, ...patch } = defaultSettings
  return {
    'app.info': {},
    'intake.add': { paths: [join(card, 'b.jpg')], presetId: 'original', serverId: 'bundled' },
    'intake.pick': { kind: 'files' },
    'survey.get': { surveyId: 'survey-1' },
    'survey.confirm': { surveyId: 'survey-1' },
    'survey.forget': { surveyId: 'survey-1' },
    'folders.list': { path: card },
    'folders.choose': {},
    'staging.begin': {
      name: 'Card',
      files: 1,
      paths: ['a/b.jpg'],
      unread: ['c'],
      skipped: 1,
      leftOut: 2,
      dropId,
    },
    'staging.skip': {
      dropId,
      files: [{ relativePath: 'x/y.jpg', size: 5, reason: { by: 'pattern' as const, pattern: '*.jpg' } }],
    },
    'staging.finish': { dropId },
    'queue.pause': { all: true },
    'queue.resume': { all: true },
    'queue.cancel': { itemIds: [itemId], agreed: 1 },
    'queue.retry': { batchIds: [batchId] },
    'queue.moveToTop': { itemIds: [itemId] },
    'queue.removeFinished': { batchIds: [batchId], agreed: 9 },
    'queue.remove': { itemIds: [itemId], agreed: 9 },
    'queue.undo': { undoId: 'undo-1' },
    'batches.reorder': { batchIds: [batchId] },
    'batches.dismissMissing': { batchIds: [batchId] },
    'batches.setServer': { batchIds: [batchId], serverId: 'bundled' },
    'batch.setPreset': { batchId, presetId: 'original' },
    'batch.setDestination': { batchId, destination: plainDestination },
    'destination.preview': { destination: { ...plainDestination, template: '{YYYY}/{name}' }, batchId },
    'presets.save': { id: null, preset: { ...preset } },
    'presets.remove': { id: 'own-1' },
    'batch.share': { batchId, days: 30 },
    'batch.show': { batchId },
    'item.details': { itemId },
    'item.photo': { itemId },
    'item.links': { itemIds: [itemId] },
    'item.showInFolder': { itemIds: [itemId] },
    'item.open': { itemId },
    'restart.items': { group: 'safe' },
    'restart.dismiss': {},
    'history.list': {},
    'history.get': { batchId },
    'history.remove': { batchIds: ['batch-1'] },
    'receipt.save': { batchId, format: 'csv' },
    'cards.upload': { cardId: itemId },
    'cards.check': { cardId: itemId },
    'cards.dismiss': { cardId: itemId },
    'cards.eject': { cardId: itemId },
    'watched.add': {
      folder: card,
      existing: true,
      serverId: 'bundled',
      presetId: 'original',
      destination: plainDestination,
      skipRules: noSkipRules,
      polls: false,
    },
    'watched.change': { watchId: itemId, change: { on: false } },
    'watched.remove': { watchId: itemId },
    'settings.toFile': { kind: 'studio' as const, serverIds: ['bundled'], secrets: true },
    'settings.fromFile': { text: '{}' },
    'settings.get': {},
    'settings.set': { ...patch, servers: [{ id: 'studio', name: 'Studio', ...address(url) }] },
    'server.check': address(url),
    'server.answer': { serverId: 'bundled', url, answer: { kind: 'token', token: 'x' } },
  } satisfies { [Name in CommandName]: CommandInput<Name> }
}
