/** A watched folder while it is edited. */
import { type Destination, plainDestination } from '../../../shared/destination.ts'
import type { Settings } from '../../../shared/settings.ts'
import { noSkipRules } from '../../../shared/skip-rules.ts'
import type { WatchChange, WatchedFolderSettings } from '../../../shared/watched.ts'
import { t } from '../../text/i18n.ts'
import { type SkipDraft, skipDraftOf, skipRulesOf } from './skip-rules-draft.ts'

export interface WatchedDraft {
  readonly folder: string
  /** Null until the person says. */
  readonly existing: 'yes' | 'no' | null
  readonly serverId: string
  readonly presetId: string
  /** Whether files go elsewhere at the server than others do. */
  readonly place: 'usual' | 'own'
  readonly destination: Destination
  readonly skip: SkipDraft
  readonly polls: boolean
}

/** @param watched null for a new one, which goes where new photos do */
export function watchedDraftOf(watched: WatchedFolderSettings | null, settings: Settings): WatchedDraft {
  const {
    folder = '',
    serverId = settings.defaultServerId,
    presetId = settings.preset,
    destination = null,
    skipRules = noSkipRules,
    polls = false,
  } = watched ?? {}
  return {
    ...{ folder, existing: null, serverId, presetId, polls },
    place: destination === null ? 'usual' : 'own',
    destination: destination ?? settings.destinations[serverId] ?? plainDestination,
    skip: skipDraftOf(skipRules),
  }
}

/** Field -> what is wrong with it, and what is to be saved: null while something is. */
export function validateWatched(draft: WatchedDraft, isNew: boolean) {
  const errors = new Map<string, string>()
  const skipRules = skipRulesOf(draft.skip, errors)
  if (isNew && draft.folder.trim() === '') errors.set('folder', t('watched.folderEmpty'))
  if (isNew && draft.existing === null) errors.set('existing', t('watched.existingEmpty'))
  const { serverId, presetId, polls, place } = draft
  const destination = place === 'own' ? draft.destination : null
  const change = { serverId, presetId, polls, destination, skipRules } satisfies WatchChange
  return { errors, change: errors.size === 0 ? change : null }
}
