/** Turns `--preset` and `--preset-file` into a preset. */
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { UploadError } from '../../shared/errors.ts'
import { type Preset, presetFileSchema, presetIds, presets } from '../../shared/presets.ts'

export interface PresetFlags {
  /** One of `presetIds`. */
  readonly preset?: string
  /** Absolute path of a JSON file with one preset. */
  readonly presetFile?: string
}

/**
 * @returns null where every file goes as it is
 * @throws UploadError `bad-request` that says what is wrong with the name or the file
 */
export async function choosePreset({ preset, presetFile }: PresetFlags): Promise<Preset | null> {
  if (preset !== undefined && presetFile !== undefined) {
    throw new UploadError('bad-request', 'Expected either --preset or --preset-file, got both')
  }
  if (presetFile !== undefined) return readPreset(presetFile)
  const id = presetIds.find((known) => known === (preset ?? 'original'))
  if (id !== undefined) return presets[id]
  throw new UploadError('bad-request', `--preset: expected one of ${presetIds.join(', ')}, got ${preset}`)
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
    return JSON.parse(text)
  } catch {
    return null
  }
}
