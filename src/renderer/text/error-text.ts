/** What to tell the user about an error: main's or the server's own sentence, or the language's sentence for its code. */
import type { ErrorFacts } from '../../shared/protocol/error-facts.ts'
import type { ErrorInfo } from '../../shared/protocol/errors.ts'
import { escapeControls } from '../../shared/protocol/escape-controls.ts'
import { formatBytes } from './format.ts'
import { hasErrorSentences, t } from './i18n.ts'
import { isolateNamesIn } from './isolate-names.ts'

export function errorText({ code, message, facts }: ErrorInfo): string {
  if (!hasErrorSentences()) return isolateNamesIn(escapeControls(message))
  return facts === undefined ? t(`code.${code}`, { ns: 'errors' }) : caseText(facts)
}

/** The compiler cannot check that each kind of facts has the values that its sentence needs; a test does. */
const translateCase = t as unknown as (key: `case.${ErrorFacts['kind']}`, values: object) => string

function caseText(facts: ErrorFacts): string {
  return translateCase(`case.${facts.kind}`, { ns: 'errors', ...valuesOf(facts) })
}

/** Formats sizes and translates problems; all other facts are names and counts. */
function valuesOf(facts: ErrorFacts) {
  if (facts.kind === 'chunk-refused') return { ...facts, size: formatBytes(facts.size) }
  if (facts.kind === 'over-limit') {
    return { ...facts, size: formatBytes(facts.size), limit: formatBytes(facts.limit) }
  }
  if (facts.kind === 'not-ejected')
    return { ...facts, reason: t(`ejection.${facts.reason}`, { ns: 'errors' }) }
  if (facts.kind !== 'no-copy') return facts
  return { ...facts, problem: t(`problem.${facts.problem}`, { ns: 'errors' }) }
}

/** Joins sentences, with one full stop after each whether or not it already has one. Empty ones are left out. */
export function joinSentences(...sentences: readonly string[]): string {
  return sentences.filter((sentence) => sentence !== '').reduce(joinTwo, '')
}

function joinTwo(before: string, sentence: string): string {
  const whole = /[.!?…。！？]$/.test(sentence) ? sentence : `${sentence}${t('row.fullStop')}`
  return before === '' ? whole : `${before}${t('row.sentenceGap')}${whole}`
}
