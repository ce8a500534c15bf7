/** The skip rules while they are edited: lists as text with commas. */
import { type SkipRules, skipRulesSchema } from '../../../shared/skip-rules.ts'
import { t } from '../../text/i18n.ts'

export interface SkipDraft extends Pick<SkipRules, 'groups' | 'empty'> {
  readonly extensions: string
  readonly patterns: string
}

export function skipDraftOf({ extensions, patterns, ...rest }: SkipRules): SkipDraft {
  return { ...rest, extensions: extensions.join(', '), patterns: patterns.join(', ') }
}

/** @param errors field -> error text; filled here */
export function skipRulesOf(draft: SkipDraft, errors: Map<string, string>): SkipRules {
  const { shape } = skipRulesSchema
  const extensions = shape.extensions.safeParse(entriesOf(draft.extensions))
  const patterns = shape.patterns.safeParse(entriesOf(draft.patterns))
  if (!extensions.success) errors.set('skip.extensions', t('checks.extensionsInvalid'))
  if (!patterns.success) errors.set('skip.patterns', t('checks.patternsInvalid'))
  const { groups, empty } = draft
  return { groups, empty, extensions: extensions.data ?? [], patterns: patterns.data ?? [] }
}

/** The entries between commas of either language, each once. */
function entriesOf(text: string): string[] {
  const entries = text.split(/[,，、]/).map((entry) => entry.trim())
  return [...new Set(entries.filter((entry) => entry !== ''))]
}
