/** What is checked before files are sent: whether a drop is looked over first, and what is left out of it. */
import { Checkbox, Input, SegmentedControl, TextInput } from '@mantine/core'
import { fileGroups } from '../../../shared/file-kinds.ts'
import { useText } from '../../text/use-text.ts'
import styles from './settings.module.css'
import type { SectionProps } from './use-settings-draft.ts'

const reviews = ['always', 'large', 'never'] as const

export function CheckSection({ draft, errors, onChange }: SectionProps) {
  const t = useText()
  const { skip } = draft
  const changeSkip = (part: Partial<typeof skip>, field?: string) =>
    onChange({ skip: { ...skip, ...part } }, field)
  const toggle = (group: (typeof fileGroups)[number], isOut: boolean) =>
    changeSkip({ groups: fileGroups.filter((each) => (each === group ? isOut : skip.groups.includes(each))) })
  return (
    <div className={styles.fields}>
      <Input.Wrapper
        label={t('dropSettings.review')}
        labelElement="div"
        description={t('dropSettings.reviewHint')}
      >
        <SegmentedControl
          mt={6}
          aria-label={t('dropSettings.review')}
          value={draft.reviewDrops}
          onChange={(reviewDrops) => onChange({ reviewDrops })}
          data={reviews.map((value) => ({ value, label: t(`dropSettings.reviews.${value}`) }))}
        />
      </Input.Wrapper>
      <section className={styles.group} aria-labelledby="left-out">
        <h3 id="left-out" className={styles.groupTitle}>
          {t('dropSettings.skip')}
        </h3>
        <p className={styles.lead}>{t('dropSettings.skipHint')}</p>
        {fileGroups.map((group) => (
          <Checkbox
            key={group}
            label={t(`dropSettings.groups.${group}`)}
            checked={skip.groups.includes(group)}
            onChange={(event) => toggle(group, event.currentTarget.checked)}
          />
        ))}
        <Checkbox
          label={t('dropSettings.empty')}
          checked={skip.empty}
          onChange={(event) => changeSkip({ empty: event.currentTarget.checked })}
        />
        <TextInput
          label={t('dropSettings.extensions')}
          placeholder={t('dropSettings.extensionsPlaceholder')}
          value={skip.extensions}
          onChange={(event) => changeSkip({ extensions: event.currentTarget.value }, 'skip.extensions')}
          error={errors.get('skip.extensions')}
          spellCheck={false}
        />
        <TextInput
          label={t('dropSettings.patterns')}
          description={t('dropSettings.patternsHint')}
          placeholder={t('dropSettings.patternsPlaceholder')}
          value={skip.patterns}
          onChange={(event) => changeSkip({ patterns: event.currentTarget.value }, 'skip.patterns')}
          error={errors.get('skip.patterns')}
          spellCheck={false}
        />
      </section>
    </div>
  )
}
