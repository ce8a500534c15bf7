/** One time range of the schedule: its days, its hours and its limit. */
import { ActionIcon, Chip, NumberInput, SegmentedControl, TextInput } from '@mantine/core'
import { IconArrowUp, IconTrash } from '@tabler/icons-react'
import { formatWeekday } from '../../text/format.ts'
import { useText } from '../../text/use-text.ts'
import styles from './settings.module.css'
import type { RuleDraft } from './settings-draft.ts'
import { type FieldErrors, ruleField } from './validate-draft.ts'

/** 0 for Sunday; Monday first, as in the calendars of both languages. */
const week = [1, 2, 3, 4, 5, 6, 0]
const kinds: readonly RuleDraft['kind'][] = ['limit', 'unlimited', 'pause']

interface BandwidthRuleProps {
  readonly rule: RuleDraft
  /** Position in the schedule, from 1. */
  readonly position: number
  readonly errors: FieldErrors
  readonly onChange: (rule: RuleDraft, field?: string) => void
  readonly onUp: () => void
  readonly onRemove: () => void
}

export function BandwidthRuleFields(props: BandwidthRuleProps) {
  const { rule, position, errors, onChange, onUp, onRemove } = props
  const t = useText()
  const limitField = ruleField(rule.key, 'megabytes')
  return (
    <fieldset className={styles.card}>
      <legend className="pf-sr-only">{t('bandwidth.rule', { position })}</legend>
      <Days rule={rule} error={errors.get(ruleField(rule.key, 'days'))} onChange={onChange} />
      <Hours rule={rule} errors={errors} onChange={onChange} />
      <div className={styles.speed}>
        <SegmentedControl
          aria-label={t('bandwidth.kind', { position })}
          value={rule.kind}
          onChange={(kind) => onChange({ ...rule, kind })}
          data={kinds.map((value) => ({ value, label: t(`bandwidth.kinds.${value}`) }))}
        />
        {rule.kind === 'limit' && (
          <NumberInput
            aria-label={t('bandwidth.limit')}
            value={rule.megabytes}
            onChange={(megabytes) => onChange({ ...rule, megabytes }, limitField)}
            error={errors.get(limitField)}
            rightSection={<span className={styles.unit}>{t('perSecond', { amount: 'MB' })}</span>}
            rightSectionWidth={56}
            hideControls
          />
        )}
      </div>
      <div className={styles.cardActions}>
        {position > 1 && (
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t('bandwidth.up', { position })}
            title={t('bandwidth.up', { position })}
            onClick={onUp}
          >
            <IconArrowUp size={18} />
          </ActionIcon>
        )}
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t('bandwidth.remove', { position })}
          title={t('bandwidth.remove', { position })}
          onClick={onRemove}
        >
          <IconTrash size={18} />
        </ActionIcon>
      </div>
    </fieldset>
  )
}

interface DaysProps {
  readonly rule: RuleDraft
  readonly error: string | undefined
  readonly onChange: BandwidthRuleProps['onChange']
}

function Days({ rule, error, onChange }: DaysProps) {
  const t = useText()
  const select = (days: readonly string[]) =>
    onChange({ ...rule, days: days.map(Number) }, ruleField(rule.key, 'days'))
  return (
    <fieldset className={styles.days}>
      <legend className={styles.label}>{t('bandwidth.days')}</legend>
      <Chip.Group multiple value={rule.days.map(String)} onChange={select}>
        {week.map((day) => (
          <Chip key={day} value={String(day)} size="xs" radius="sm">
            {formatWeekday(day)}
          </Chip>
        ))}
      </Chip.Group>
      {error !== undefined && <p className={styles.error}>{error}</p>}
    </fieldset>
  )
}

type HoursProps = Pick<BandwidthRuleProps, 'rule' | 'errors' | 'onChange'>

function Hours({ rule, errors, onChange }: HoursProps) {
  const t = useText()
  const isWholeDay = rule.from === rule.to
  return (
    <div className={styles.hours}>
      {(['from', 'to'] as const).map((end) => {
        const field = ruleField(rule.key, end)
        return (
          <TextInput
            key={end}
            type="time"
            label={t(`bandwidth.${end}`)}
            value={rule[end]}
            onChange={(event) => onChange({ ...rule, [end]: event.currentTarget.value }, field)}
            error={errors.get(field)}
          />
        )
      })}
      {rule.to <= rule.from && (
        <span className={styles.hoursNote}>
          {isWholeDay ? t('bandwidth.wholeDay') : t('bandwidth.nextDay')}
        </span>
      )}
    </div>
  )
}
