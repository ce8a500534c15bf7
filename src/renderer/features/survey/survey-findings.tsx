/** What the user should know about a drop before it starts; each finding opens to the names of its files. */

import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react'
import { escapeControls } from '../../../shared/protocol/escape-controls.ts'
import type { DropSurvey, Named } from '../../../shared/survey.ts'
import { errorText } from '../../text/error-text.ts'
import { formatBytes } from '../../text/format.ts'
import { skipRuleText } from '../../text/skip-rule-text.ts'
import { type Translate, useText } from '../../text/use-text.ts'
import styles from './survey.module.css'

interface Finding {
  readonly key: string
  readonly tone: 'warn' | 'info'
  readonly text: string
  readonly hint?: string
  readonly names: readonly string[]
  /** Count of its files or folders, whether named or not. */
  readonly count: number
}

interface FindingsProps {
  readonly survey: DropSurvey
  /** Depends on the selected preset. */
  readonly overLimit: Named
}

export function SurveyFindings({ survey, overLimit }: FindingsProps) {
  const t = useText()
  const findings = [...warnings(t, survey, overLimit), ...remarks(t, survey)]
  if (findings.length === 0) return null
  return (
    <ul className={styles.findings}>
      {findings.map((finding) => (
        <li key={finding.key} className={styles.finding} data-tone={finding.tone}>
          <FindingEntry finding={finding} />
        </li>
      ))}
    </ul>
  )
}

function FindingEntry({ finding }: { readonly finding: Finding }) {
  const t = useText()
  const { tone, text, hint, names, count } = finding
  const Icon = tone === 'warn' ? IconAlertTriangle : IconInfoCircle
  const icon = <Icon size={17} stroke={1.7} className={styles.findingIcon} aria-hidden="true" />
  if (hint === undefined && names.length === 0) {
    return (
      <div className={styles.findingHead}>
        {icon}
        {text}
      </div>
    )
  }
  return (
    <details>
      <summary className={styles.findingHead}>
        {icon}
        {text}
      </summary>
      <div className={styles.findingBody}>
        {hint !== undefined && <p>{hint}</p>}
        <ul className={styles.names}>
          {names.map((name) => (
            <li key={name}>
              <bdi>{escapeControls(name)}</bdi>
            </li>
          ))}
          {count > names.length && <li>{t('pageUpload.andMore', { more: count - names.length })}</li>}
        </ul>
      </div>
    </details>
  )
}

function warnings(t: Translate, survey: DropSurvey, overLimit: Named): Finding[] {
  const { unreadable, empty } = survey
  const found: (Finding | null)[] = [
    unreadable.files === 0
      ? null
      : {
          key: 'unreadable',
          tone: 'warn',
          text: t('survey.unreadable', { count: unreadable.files }),
          hint: t('survey.unreadableHint'),
          names: unreadable.problems.map(({ relativePath, error }) => `${relativePath}: ${errorText(error)}`),
          count: unreadable.files,
        },
    overLimit.files === 0
      ? null
      : {
          key: 'over-limit',
          tone: 'warn',
          text: t('survey.overLimit', { count: overLimit.files }),
          hint: t('survey.overLimitHint'),
          names: overLimit.names,
          count: overLimit.files,
        },
    empty.files === 0
      ? null
      : {
          key: 'empty',
          tone: 'warn',
          text: t('survey.empty', { count: empty.files }),
          hint: t('survey.emptyHint'),
          names: empty.names,
          count: empty.files,
        },
  ]
  return found.filter((finding) => finding !== null)
}

function remarks(t: Translate, { skipped, leftOut, duplicates, known }: DropSurvey): Finding[] {
  const found: Finding[] = skipped.map(({ reason, files, names }) => ({
    key: `skipped ${JSON.stringify(reason)}`,
    tone: 'info',
    text: t('survey.skipped', { count: files, rule: skipRuleText(reason) }),
    hint: t('survey.skippedHint'),
    names,
    count: files,
  }))
  if (leftOut.entries > 0) {
    const { entries: count, names } = leftOut
    const [text, hint] = [t('leftOut.count', { count }), t('leftOut.hint')]
    found.push({ key: 'left-out', tone: 'info', text, hint, names, count })
  }
  if (duplicates.files > 0) {
    const { files, bytes, names } = duplicates
    const text = t('survey.duplicates', { count: files, size: formatBytes(bytes) })
    found.push({ key: 'copies', tone: 'info', text, hint: t('survey.duplicatesHint'), names, count: files })
  }
  for (const state of ['waiting', 'finished'] as const) {
    const count = known?.[state] ?? 0
    if (count > 0)
      found.push({ key: state, tone: 'info', text: t(`survey.${state}`, { count }), names: [], count })
  }
  return found
}
