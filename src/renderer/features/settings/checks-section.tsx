/** What happens before files are uploaded: whether a drop is reviewed first, what a card does, and which files are skipped. */
import { Input, SegmentedControl } from '@mantine/core'
import { cardChoices } from '../../../shared/cards.ts'
import { useText } from '../../text/use-text.ts'
import styles from './settings.module.css'
import { SkipFields } from './skip-fields.tsx'
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
  return (
    <section className={styles.group} aria-labelledby="skip-rules">
      <h3 id="skip-rules" className={styles.groupTitle}>
        {t('checks.skip')}
      </h3>
      <p className={styles.lead}>{t('checks.skipHint')}</p>
      <SkipFields
        skip={skip}
        errors={errors}
        onChange={(part, field) => onChange({ skip: { ...skip, ...part } }, field)}
      />
    </section>
  )
}
