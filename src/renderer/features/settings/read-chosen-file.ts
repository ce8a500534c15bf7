/** Reads a `.photoferry` file that the person chose, and says why it can't be used. */
import {
  largestSettingsFile,
  readSettingsFile,
  type SettingsFile,
  type SettingsFileProblem,
} from '../../../shared/settings-file.ts'
import type { Translate } from '../../text/use-text.ts'

/** @returns what is in it, or a sentence for the person */
export async function readChosenFile(
  chosen: File,
  t: Translate,
): Promise<{ readonly file: SettingsFile } | { readonly note: string }> {
  if (chosen.size > largestSettingsFile) return { note: problemText({ kind: 'too-large' }, chosen.name, t) }
  const read = readSettingsFile(await chosen.text().catch(() => ''))
  return 'file' in read ? read : { note: problemText(read.problem, chosen.name, t) }
}

function problemText(problem: SettingsFileProblem, file: string, t: Translate): string {
  switch (problem.kind) {
    case 'too-large':
      return t('settingsFile.tooLarge', { file })
    case 'not-ours':
      return t('settingsFile.notOurs', { file })
    case 'newer':
      return t('settingsFile.newer', { file })
    case 'invalid':
      return t('settingsFile.invalid', { file, field: problem.field })
  }
}
