/** `photoferry upload --dry-run`: checks files as an upload would and prints a summary; sends and writes nothing. */
import { formatBytes } from '../../shared/byte-size.ts'
import { type FileGroup, fileGroups } from '../../shared/file-kinds.ts'
import type { Preset } from '../../shared/presets.ts'
import { escapeControls } from '../../shared/protocol/escape-controls.ts'
import { defaultSettings, type Settings } from '../../shared/settings.ts'
import { bothRules, skipBy, skipReasonText } from '../../shared/skip-rules.ts'
import { type DropSurvey, outcomeUnder } from '../../shared/survey.ts'
import { nameOfDrop } from '../intake/scan.ts'
import { SharedScan } from '../intake/shared-scan.ts'
import { Survey } from '../intake/survey.ts'
import { settingsContent, settingsFrom, settingsPath } from '../journal/settings-file.ts'
import { choosePreset, type PresetFlags } from './choose-preset.ts'
import { failureText } from './report-lines.ts'
import { type SkipFlags, skipRulesOf } from './skip-flags.ts'
import { countFiles } from './terminal-text.ts'

export interface DryRunFlags extends PresetFlags, SkipFlags {
  /** Absolute path of the folder whose settings apply. */
  readonly state?: string
  readonly json?: boolean
}

/** Of each finding, so many files are named. */
const filesNamed = 5

/**
 * Prints the summary on stdout.
 * @param paths absolute
 * @param stateDirs absolute paths of folders that may hold an app's presets
 * @returns the exit code: 0, or 1 when a file can't be read, is empty or is above the size limit
 * @throws UploadError `bad-request` for a preset that can't be used
 */
export async function dryRun(
  paths: readonly string[],
  flags: DryRunFlags,
  stateDirs: readonly string[],
): Promise<number> {
  const preset = await choosePreset(flags, stateDirs)
  const { skipRules, maxFileSize } = settingsIn(flags.state)
  const skip = skipBy(bothRules(skipRules, skipRulesOf(flags)))
  const scan = new SharedScan(paths)
  const survey = new Survey({ name: nameOfDrop(paths), scan, skip, maxFileSize, known: null })
  const { signal } = new AbortController()
  await survey.read(signal)
  await survey.compare(signal)
  const { found } = survey
  const outcome = outcomeUnder(found, preset)
  const { phase, known, formats, ...summary } = found
  const whole = { ...summary, overLimit: outcome.overLimit, converted: outcome.converted }
  if (flags.json) console.log(JSON.stringify(whole))
  else for (const line of linesOf(found, preset)) console.log(escapeControls(line))
  const unusable = found.unreadable.files + found.empty.files + outcome.overLimit.files
  return unusable === 0 ? 0 : 1
}

/** The settings that an upload would find in the folder; the defaults where it has none, said where they can't be read. */
function settingsIn(stateDir: string | undefined): Settings {
  if (stateDir === undefined) return defaultSettings
  const file = settingsPath(stateDir)
  try {
    const { settings, unreadable } = settingsFrom(settingsContent(file), (token) => token)
    if (unreadable.length > 0) warn(`These settings in ${file} could not be read: ${unreadable.join(', ')}.`)
    return settings
  } catch {
    warn(`The settings in ${file} could not be read.`)
    return defaultSettings
  }
}

function warn(what: string): void {
  console.error(escapeControls(`${what} Their defaults are in force.`))
}

function linesOf(found: DropSurvey, preset: Preset | null): string[] {
  const { converted, overLimit } = outcomeUnder(found, preset)
  const { total, empty, skipped, leftOut, unreadable, duplicates } = found
  const problems = unreadable.problems.map(({ relativePath, error }) =>
    failureText({ relativePath, reason: error.message }),
  )
  return [
    `Would upload ${countFiles(total.files)}, ${formatBytes(total.bytes)}:`,
    ...groupLines(found),
    converted.files === 0
      ? 'No conversion: every file is uploaded unchanged.'
      : `Converted with preset "${preset?.name}": ${countFiles(converted.files)}, ${formatBytes(converted.bytes)} before conversion.`,
    ...finding('Empty (uploaded anyway; check the card)', empty.files, empty.names),
    ...finding('Above the size limit (would fail)', overLimit.files, overLimit.names),
    ...skipped.flatMap(({ reason, files, names }) =>
      finding(`Skipped (${skipReasonText(reason)})`, files, names),
    ),
    ...finding('System files and folders (left out)', leftOut.entries, leftOut.names),
    ...finding('Probable duplicates (same size, beginning and end)', duplicates.files, duplicates.names),
    ...finding("Can't be read (would fail)", unreadable.files, problems),
    'Nothing was uploaded.',
  ]
}

const groupLabels: Readonly<Record<FileGroup, string>> = {
  photo: 'Photos',
  raw: 'RAW',
  video: 'Videos',
  document: 'Documents',
  other: 'Other',
}

/** A table of the groups that were found. */
function groupLines({ groups }: DropSurvey): string[] {
  const rows = fileGroups
    .filter((group) => groups[group].files > 0)
    .map((group) => ({ label: groupLabels[group], count: String(groups[group].files), ...groups[group] }))
  const labelWidth = Math.max(...rows.map(({ label }) => label.length))
  const countWidth = Math.max(...rows.map(({ count }) => count.length))
  return rows.map(
    ({ label, count, bytes }) =>
      `  ${label.padEnd(labelWidth)}  ${count.padStart(countWidth)}  ${formatBytes(bytes)}`,
  )
}

/** A heading with its count, and the first few names; nothing where there are none. */
function finding(heading: string, files: number, names: readonly string[]): string[] {
  if (files === 0) return []
  const named = names.slice(0, filesNamed).map((name) => `  ${name}`)
  const more = files > named.length ? [`  … and ${files - named.length} more`] : []
  return [`${heading}: ${files}`, ...named, ...more]
}
