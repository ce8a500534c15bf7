/** The bandwidth limit, and a schedule of hours with other limits. */
import { Button, NumberInput } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQueue } from '../../store/queue-store.ts'
import { formatSpeed, formatTime } from '../../text/format.ts'
import { useText } from '../../text/use-text.ts'
import { BandwidthRuleFields } from './bandwidth-rule.tsx'
import styles from './settings.module.css'
import { newRule, type RuleDraft } from './settings-draft.ts'
import type { SectionProps } from './use-settings-draft.ts'

/** The most that main accepts. */
const mostRules = 50

export function BandwidthSection({ draft, errors, onChange }: SectionProps) {
  const t = useText()
  const { timetable } = draft
  const setRules = (rules: readonly RuleDraft[], field?: string) => onChange({ timetable: rules }, field)
  return (
    <div className={styles.fields}>
      <NumberInput
        className={styles.number}
        label={t('bandwidth.limit')}
        description={t('bandwidth.limitHint')}
        value={draft.limit}
        onChange={(limit) => onChange({ limit }, 'limit')}
        error={errors.get('limit')}
        hideControls
      />
      <CurrentLimit />
      <section className={styles.group} aria-labelledby="timetable">
        <h3 id="timetable" className={styles.groupTitle}>
          {t('bandwidth.timetable')}
        </h3>
        <p className={styles.lead}>
          {timetable.length === 0 ? t('bandwidth.empty') : t('bandwidth.timetableHint')}
        </p>
        {timetable.map((rule, index) => (
          <BandwidthRuleFields
            key={rule.key}
            rule={rule}
            position={index + 1}
            errors={errors}
            onChange={(next, field) =>
              setRules(
                timetable.map((other) => (other.key === rule.key ? next : other)),
                field,
              )
            }
            onUp={() => setRules(movedUp(timetable, index))}
            onRemove={() => setRules(timetable.filter((other) => other.key !== rule.key))}
          />
        ))}
        <Button
          className={styles.add}
          variant="default"
          leftSection={<IconPlus size={16} />}
          disabled={timetable.length >= mostRules}
          onClick={() => setRules([...timetable, newRule()])}
        >
          {t('bandwidth.add')}
        </Button>
      </section>
    </div>
  )
}

/** The limit that applies now, as saved; nothing while no limit is set. */
function CurrentLimit() {
  const t = useText()
  const now = useQueue((state) => state.overview?.bandwidth)
  if (now === undefined || (now.limit === null && now.untilMs === null)) return null
  const speed = now.limit === null ? t('bandwidth.unlimited') : formatSpeed(Number(now.limit))
  const limit = now.limit === 'pause' ? t('bandwidth.paused') : speed
  return (
    <p className={styles.lead}>
      {now.untilMs === null
        ? t('bandwidth.now', { limit })
        : t('bandwidth.nowUntil', { limit, time: formatTime(now.untilMs) })}
    </p>
  )
}

function movedUp(rules: readonly RuleDraft[], index: number): readonly RuleDraft[] {
  const rule = rules[index]
  return rule === undefined ? rules : rules.toSpliced(index, 1).toSpliced(index - 1, 0, rule)
}
