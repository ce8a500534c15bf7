/** Turns `--preset` and `--preset-file` into a preset; the app's own presets are read where the app keeps them. */
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { type Preset, type PresetChoice, presetChoices, presetFileSchema } from '../../shared/presets.ts'
import { UploadError } from '../../shared/protocol/errors.ts'
import { settingsSchema } from '../../shared/settings.ts'

export interface PresetFlags {
  /** Of one that comes with PhotoFerry, or the name of one that was made in the app. */
  readonly preset?: string
  /** Absolute path of a JSON file with one preset. */
  readonly presetFile?: string
}

/**
 * @param stateDirs absolute paths of folders in which an app may have kept its settings; the first that has any counts
 * @returns null where every file goes as it is
 * @throws UploadError `bad-request` that says what is wrong with the name or the file
 */
export async function choosePreset(
  { preset, presetFile }: PresetFlags,
  stateDirs: readonly string[],
): Promise<Preset | null> {
  if (preset !== undefined && presetFile !== undefined) {
    throw new UploadError('bad-request', 'Expected either --preset or --preset-file, got both')
  }
  if (presetFile !== undefined) return readPreset(presetFile)
  if (preset === undefined) return null
  const choices = await savedChoices(stateDirs)
  const found = choices.find((choice) => nameOf(choice).toLowerCase() === preset.toLowerCase())
  if (found) return found.preset
  throw new UploadError(
    'bad-request',
    `--preset: expected one of ${choices.map(nameOf).join(', ')}, got ${preset}`,
  )
}

function nameOf({ id, preset }: PresetChoice): string {
  return preset?.name ?? id
}

/** What comes with PhotoFerry as the app's person changed it, and what they made. */
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
  const refuse = (why: string, cause?: unknown) =>
    new UploadError('bad-request', `--preset-file ${file}: ${why}`, { cause })
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw refuse(`it cannot be read (${error.message})`, error)
  })
  const parsed = presetFileSchema.safeParse(named(basename(file, '.json'), parseJson(text)))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const place = issue?.path.join('.') ?? ''
  throw refuse(`expected one preset as a JSON object; ${place && `${place}: `}${issue?.message ?? 'invalid'}`)
}

/** A preset without a name of its own is called like its file. */
function named(name: string, value: unknown): unknown {
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
