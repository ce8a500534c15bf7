/** What happens before files are uploaded: whether a drop is reviewed first, what a card does, and which files are skipped. */
import { Checkbox, Input, SegmentedControl, TextInput } from '@mantine/core'
import { cardChoices } from '../../../shared/cards.ts'
import { type FileGroup, fileGroups } from '../../../shared/file-kinds.ts'
import { useText } from '../../text/use-text.ts'
import styles from './settings.module.css'
import type { SectionProps } from './use-settings-draft.ts'

const reviews = ['always', 'large', 'never'] as const

export function ChecksSection(props: SectionProps) {
  const t = useText()
  const { draft, onChange } = props
  return (
    <div className={styles.fields}>
      <Input.Wrapper label={t('checks.review')} labelElement="div" description={t('checks.reviewHint')}>
        <SegmentedControl
          mt={6}
          aria-label={t('checks.review')}
          value={draft.reviewDrops}
          onChange={(reviewDrops) => onChange({ reviewDrops })}
          data={reviews.map((value) => ({ value, label: t(`checks.reviews.${value}`) }))}
        />
      </Input.Wrapper>
      <Input.Wrapper label={t('cards.setting')} labelElement="div" description={t('cards.settingHint')}>
        <SegmentedControl
          mt={6}
          aria-label={t('cards.setting')}
          value={draft.cards}
          onChange={(cards) => onChange({ cards })}
          data={cardChoices.map((value) => ({ value, label: t(`cards.settings.${value}`) }))}
        />
      </Input.Wrapper>
      <SkipRulesFields {...props} />
    </div>
  )
}

function SkipRulesFields({ draft: { skip }, errors, onChange }: SectionProps) {
  const t = useText()
  const changeSkip = (part: Partial<typeof skip>, field?: string) =>
    onChange({ skip: { ...skip, ...part } }, field)
  const toggle = (group: FileGroup, isSkipped: boolean) =>
    changeSkip({
      groups: fileGroups.filter((each) => (each === group ? isSkipped : skip.groups.includes(each))),
    })
  return (
    <section className={styles.group} aria-labelledby="skip-rules">
      <h3 id="skip-rules" className={styles.groupTitle}>
        {t('checks.skip')}
      </h3>
      <p className={styles.lead}>{t('checks.skipHint')}</p>
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
        onChange={(event) => changeSkip({ empty: event.currentTarget.checked })}
      />
      <TextInput
        label={t('checks.extensions')}
        placeholder={t('checks.extensionsPlaceholder')}
        value={skip.extensions}
        onChange={(event) => changeSkip({ extensions: event.currentTarget.value }, 'skip.extensions')}
        error={errors.get('skip.extensions')}
        spellCheck={false}
      />
      <TextInput
        label={t('checks.patterns')}
        description={t('checks.patternsHint')}
        placeholder={t('checks.patternsPlaceholder')}
        value={skip.patterns}
        onChange={(event) => changeSkip({ patterns: event.currentTarget.value }, 'skip.patterns')}
        error={errors.get('skip.patterns')}
        spellCheck={false}
      />
    </section>
  )
}
