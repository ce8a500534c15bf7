/** The client's side of choosing presets: for a drop, for a batch that is there, and keeping the person's own. */
import { isDeepStrictEqual } from 'node:util'
import type { PresetChange } from '../../shared/answers.ts'
import type { Preset } from '../../shared/presets.ts'
import { UploadError } from '../../shared/protocol/errors.ts'
import { presetOf, type Settings } from '../../shared/settings.ts'
import type { UploadItem } from '../../shared/upload.ts'
import { gone, withoutPreset, withPreset } from './own-presets.ts'
import type { ClientParts } from './parts.ts'

/** What the client offers about presets. */
export interface PresetChoosing {
  /**
   * Gives a batch another preset, and those of its files on which no work has begun.
   * @throws UploadError `not-found` for a batch or a preset that is not there
   */
  setBatchPreset(batchId: string, presetId: string): Promise<PresetChange>
  /**
   * @param id of the preset to change; null for a new one
   * @throws UploadError `not-found`, `bad-request` for a name that is taken
   */
  savePreset(id: string | null, preset: Preset): { readonly id: string; readonly settings: Settings }
  /** Removes a preset of the person's own, or resets another. @throws UploadError `not-found` */
  removePreset(id: string): Settings
}

export function presetChoosing({ list, queue, journal, settings }: ClientParts): PresetChoosing {
  return {
    setBatchPreset: async (batchId, presetId) => {
      if (!list.batch(batchId))
        throw new UploadError('not-found', 'This batch is no longer on the list.', {
          facts: { kind: 'batch-off-list' },
        })
      const preset = presetNamed(settings.settings, presetId)
      const items = list.select({ batchIds: [batchId] }).filter(({ state }) => state.status !== 'canceled')
      const others = items.filter((item) => !isDeepStrictEqual(item.preset, preset))
      const changing = others.filter((item) => isUntouched(item) && !queue.isUnderWay(item.id))
      list.changeBatch(batchId, { preset })
      list.put(changing.map((item) => ({ ...item, preset })))
      journal.flush()
      const keeping = others.length - changing.length
      return { following: items.length - keeping, keeping }
    },
    savePreset: (id, preset) => {
      const saved = withPreset(settings.settings, id, preset)
      return { id: saved.id, settings: settings.keepPresets(saved.shelf) }
    },
    removePreset: (id) => settings.keepPresets(withoutPreset(settings.settings, id)),
  }
}

/**
 * The preset of a new drop.
 * @param id as it was chosen for this drop; left out, what is usual
 * @param usual overrides the settings' choice; undefined leaves it to them
 * @throws UploadError `not-found`
 */
export function presetForDrop(
  settings: Settings,
  id: string | undefined,
  usual: Preset | null | undefined,
): Preset | null {
  if (id !== undefined) return presetNamed(settings, id)
  if (usual !== undefined) return usual
  // A preset that was the usual one and is gone must not keep anybody from adding files.
  return presetOf(settings) ?? null
}

function presetNamed(settings: Settings, id: string): Preset | null {
  const preset = presetOf(settings, id)
  if (preset === undefined) throw gone()
  return preset
}

/** Neither a copy was decided on nor a byte offered to the server. */
function isUntouched({ state, note, payload, taskId }: UploadItem): boolean {
  const waits = (['queued', 'paused', 'waiting', 'failed'] as const).some((status) => status === state.status)
  return waits && note === null && payload === null && taskId === null
}
