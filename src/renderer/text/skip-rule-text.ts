/** What the rule that a file was skipped by is called. */
import type { SkipReason } from '../../shared/skip-rules.ts'
import { t } from './i18n.ts'

export function skipRuleText(reason: SkipReason): string {
  switch (reason.by) {
    case 'group':
      return t(`skipRule.group.${reason.group}`)
    case 'extension':
      return t('skipRule.extension', { extension: reason.extension })
    case 'pattern':
      return t('skipRule.pattern', { pattern: reason.pattern })
    case 'empty':
      return t('skipRule.empty')
    case 'name-taken':
      return t('skipRule.nameTaken', { path: reason.path })
    case 'no-preview':
      return t('skipRule.noPreview')
  }
}
