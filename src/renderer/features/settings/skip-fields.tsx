/** The fields of skip rules: kinds of files, empty ones, extensions and names. */
import { Checkbox, TextInput } from '@mantine/core'
import { type FileGroup, fileGroups } from '../../../shared/file-kinds.ts'
import { useText } from '../../text/use-text.ts'
import type { SkipDraft } from './skip-rules-draft.ts'
import type { FieldErrors } from './validate-draft.ts'

interface SkipFieldsProps {
  readonly skip: SkipDraft
  readonly errors: FieldErrors
  /** @param field the edited field, if it can be invalid */
  readonly onChange: (part: Partial<SkipDraft>, field?: string) => void
}

export function SkipFields({ skip, errors, onChange }: SkipFieldsProps) {
  const t = useText()
  const toggle = (group: FileGroup, isSkipped: boolean) =>
    onChange({
      groups: fileGroups.filter((each) => (each === group ? isSkipped : skip.groups.includes(each))),
    })
  return (
    <>
      {fileGroups.map((group) => (
        <Checkbox
          key={group}
          label={t(`checks.groups.${group}`)}
          checked={skip.groups.includes(group)}
          onChange={(event) => toggle(group, event.currentTarget.checked)}
        />
      ))}
      <Checkbox
        label={t('checks.empty')}
        checked={skip.empty}
        onChange={(event) => onChange({ empty: event.currentTarget.checked })}
      />
      <TextInput
        label={t('checks.extensions')}
        placeholder={t('checks.extensionsPlaceholder')}
        value={skip.extensions}
        onChange={(event) => onChange({ extensions: event.currentTarget.value }, 'skip.extensions')}
        error={errors.get('skip.extensions')}
        spellCheck={false}
      />
      <TextInput
        label={t('checks.patterns')}
        description={t('checks.patternsHint')}
        placeholder={t('checks.patternsPlaceholder')}
        value={skip.patterns}
        onChange={(event) => onChange({ patterns: event.currentTarget.value }, 'skip.patterns')}
        error={errors.get('skip.patterns')}
        spellCheck={false}
      />
    </>
  )
}
