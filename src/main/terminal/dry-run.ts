/** `photoferry upload --dry-run`: the summary of what would be sent, by the checks that the upload makes; writes and sends nothing. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileGroups } from '../../shared/file-kinds.ts'
import type { Preset } from '../../shared/presets.ts'
import { defaultSettings, settingsSchema } from '../../shared/settings.ts'
import { type SkipReason, skipBy } from '../../shared/skip-rules.ts'
import { type DropSurvey, outcomeUnder } from '../../shared/survey.ts'
import { nameOfDrop } from '../intake/drop-name.ts'
import { Survey } from '../intake/survey.ts'
import { choosePreset, type PresetFlags } from './choose-preset.ts'
import { bytesText, filesText, oneLine } from './terminal-text.ts'

export interface DryFlags extends PresetFlags {
  /** Absolute path of the folder whose settings count. */
  readonly state?: string
  readonly json?: boolean
}

const namesPrinted = 5

/**
 * @param paths absolute
 * @param stateDirs where an app may have kept its presets
 * @returns the exit code: 0, or 1 when something cannot be read or would be refused
 * @throws UploadError `bad-request` for a preset that is none
 */
export async function runDry(
  paths: readonly string[],
  flags: DryFlags,
  stateDirs: readonly string[],
): Promise<number> {
  const preset = await choosePreset(flags, stateDirs)
  const { skipRules, maxFileSize } = await settingsIn(flags.state)
  const skip = skipBy(skipRules)
  const survey = new Survey({ name: nameOfDrop(paths), paths, skip, maxFileSize, known: null })
  const { signal } = new AbortController()
  await survey.read(signal)
  await survey.compare(signal)
  const { found } = survey
  const outcome = outcomeUnder(found, preset)
  const { phase, known, formats, ...summary } = found
  const whole = { ...summary, overLimit: outcome.overLimit, converted: outcome.converted }
  if (flags.json) console.log(JSON.stringify(whole))
  else for (const line of linesOf(found, preset)) console.log(oneLine(line))
  return found.unreadable.files === 0 && outcome.overLimit.files === 0 ? 0 : 1
}

/** As the upload would find them there; the usual ones where there are none. */
async function settingsIn(stateDir: string | undefined) {
  if (stateDir === undefined) return defaultSettings
  const text = await readFile(join(stateDir, 'settings.json'), 'utf8').catch(() => '{}')
  try {
    return settingsSchema.pick({ skipRules: true, maxFileSize: true }).parse(JSON.parse(text))
  } catch {
    return defaultSettings
  }
}

function linesOf(found: DropSurvey, preset: Preset | null): string[] {
  const { converted, overLimit } = outcomeUnder(found, preset)
  const { total, groups, empty, skipped, unreadable, duplicates } = found
  const kinds = fileGroups.filter((group) => groups[group].files > 0)
  return [
    `${filesText(total.files)} would be sent, ${bytesText(total.bytes)}.`,
    ...kinds.map((group) => `  ${labels[group]} ${groups[group].files}, ${bytesText(groups[group].bytes)}`),
    converted.files === 0
      ? 'Everything goes as it is.'
      : `Sent as copies (${preset?.name}): ${filesText(converted.files)}, ${bytesText(converted.bytes)} before.`,
    ...finding('Empty, sent like that; check the card they came from', empty.files, empty.names),
    ...finding('Above the size limit, would be refused', overLimit.files, overLimit.names),
    ...skipped.flatMap(({ reason, files, names }) => finding(`Left out, ${ruleWords(reason)}`, files, names)),
    ...finding(
      'Copies of others here (same size, alike in their first and last 64 KiB)',
      duplicates.files,
      duplicates.names,
    ),
    ...finding(
      'Cannot be read',
      unreadable.files,
      unreadable.problems.map(({ relativePath, error }) => `${relativePath}: ${error.message}`),
    ),
    'Nothing was sent.',
  ]
}

const labels = {
  photo: 'Photos   ',
  raw: 'RAW      ',
  video: 'Videos   ',
  document: 'Documents',
  other: 'Other    ',
} as const

function finding(words: string, files: number, names: readonly string[]): string[] {
  if (files === 0) return []
  const shown = names.slice(0, namesPrinted).map((name) => `  ${name}`)
  const more = files > shown.length ? [`  … and ${files - shown.length} more`] : []
  return [`${words}: ${files}`, ...shown, ...more]
}

function ruleWords(reason: SkipReason): string {
  switch (reason.by) {
    case 'group':
      return `a rule for ${reason.group} files`
    case 'extension':
      return `a rule for .${reason.extension} files`
    case 'pattern':
      return `a rule for names like ${reason.pattern}`
    case 'empty':
      return 'a rule for empty files'
  }
}
