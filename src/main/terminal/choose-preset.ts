/** Finds the preset that `--preset` or `--preset-file` names; presets made in the app are read from its settings. */
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { type Preset, type PresetChoice, presetChoices, presetFileSchema } from '../../shared/presets.ts'
import { UploadError } from '../../shared/protocol/errors.ts'
import { settingsSchema } from '../../shared/settings.ts'

export interface PresetFlags {
  /** Id of a preset that comes with PhotoFerry, or name of one that was made in the app. */
  readonly preset?: string
  /** Absolute path of a JSON file with one preset. */
  readonly presetFile?: string
}

/**
 * @param stateDirs absolute paths of folders that may hold an app's settings; the first that has any is read
 * @returns null when every file is uploaded unchanged
 * @throws UploadError `bad-request` that says what is wrong with the name or the file
 */
export async function choosePreset(
  { preset, presetFile }: PresetFlags,
  stateDirs: readonly string[],
): Promise<Preset | null> {
  if (preset !== undefined && presetFile !== undefined) {
    throw new UploadError('bad-request', 'Use either --preset or --preset-file, not both.')
  }
  if (presetFile !== undefined) return readPreset(presetFile)
  if (preset === undefined) return null
  const choices = await savedChoices(stateDirs)
  const found = choices.find((choice) => nameOf(choice).toLowerCase() === preset.toLowerCase())
  if (found) return found.preset
  const names = choices.map(nameOf).join(', ')
  throw new UploadError('bad-request', `No preset is called "${preset}". Choose one of: ${names}.`)
}

function nameOf({ id, preset }: PresetChoice): string {
  return preset?.name ?? id
}

/** The presets that come with PhotoFerry, as changed in the app, and those made there. */
async function savedChoices(stateDirs: readonly string[]): Promise<readonly PresetChoice[]> {
  for (const stateDir of stateDirs) {
    const text = await readFile(join(stateDir, 'settings.json'), 'utf8').catch(() => null)
    if (text === null) continue
    const saved = settingsSchema.pick({ ownPresets: true }).safeParse(parseJson(text))
    return presetChoices(saved.data?.ownPresets ?? [])
  }
  return presetChoices([])
}

async function readPreset(file: string): Promise<Preset> {
  const text = await readFile(file, 'utf8').catch((cause: Error) => {
    throw new UploadError('bad-request', `Can't read the preset file ${file} (${cause.message}).`, { cause })
  })
  const parsed = presetFileSchema.safeParse(withName(basename(file, '.json'), parseJson(text)))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const field = issue?.path.join('.') ?? ''
  const fault = `${field && `${field}: `}${issue?.message ?? 'invalid'}`
  throw new UploadError(
    'bad-request',
    `The preset file ${file} must hold one preset as a JSON object. ${fault}`,
  )
}

/** A preset that names itself keeps its name; any other is called after its file. */
function withName(name: string, value: unknown): unknown {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isObject ? { name, ...value } : value
}

function parseJson(text: string): unknown {
  try {
    // Windows' Notepad begins its files with a byte order mark.
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch {
    return null
  }
}
