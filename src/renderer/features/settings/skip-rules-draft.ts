/** The skip rules while a person edits them: lists as text with commas. Pure. */
import { type SkipRules, skipRulesSchema } from '../../../shared/skip-rules.ts'
import { t } from '../../text/i18n.ts'

export interface SkipDraft extends Pick<SkipRules, 'groups' | 'empty'> {
  readonly extensions: string
  readonly patterns: string
}

export function skipDraftOf({ extensions, patterns, ...rest }: SkipRules): SkipDraft {
  return { ...rest, extensions: extensions.join(', '), patterns: patterns.join(', ') }
}

/** @param faults field -> what is wrong with it; filled here */
export function skipRulesOf(draft: SkipDraft, faults: Map<string, string>): SkipRules {
  const { shape } = skipRulesSchema
  const extensions = shape.extensions.safeParse(listed(draft.extensions))
  const patterns = shape.patterns.safeParse(listed(draft.patterns))
  if (!extensions.success) faults.set('skip.extensions', t('dropSettings.extensionsInvalid'))
  if (!patterns.success) faults.set('skip.patterns', t('dropSettings.patternsInvalid'))
  const { groups, empty } = draft
  return { groups, empty, extensions: extensions.data ?? [], patterns: patterns.data ?? [] }
}

/** Commas of either language; what stands twice counts once. */
function listed(text: string): string[] {
  const entries = text.split(/[,，、]/).map((entry) => entry.trim())
  return [...new Set(entries.filter((entry) => entry !== ''))]
}
