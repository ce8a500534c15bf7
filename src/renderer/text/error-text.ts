/** What to tell a person about an error: the sentence that main or the server sent, or the language's own for its code. */
import type { ErrorFacts } from '../../shared/protocol/error-facts.ts'
import type { ErrorInfo } from '../../shared/protocol/errors.ts'
import { formatBytes } from './format.ts'
import { hasErrorSentences, t } from './i18n.ts'

export function errorWords({ code, message, facts }: ErrorInfo): string {
  if (!hasErrorSentences()) return message
  return facts === undefined ? t(`code.${code}`, { ns: 'errors' }) : caseWords(facts)
}

/** The compiler cannot tell that each case's facts hold what its sentence names: a test does. */
const say = t as unknown as (key: `case.${ErrorFacts['kind']}`, values: object) => string

function caseWords(facts: ErrorFacts): string {
  return say(`case.${facts.kind}`, { ns: 'errors', ...written(facts) })
}

/** Bytes and named problems as words; the rest are names and counts. */
function written(facts: ErrorFacts) {
  if (facts.kind === 'over-limit') {
    return { ...facts, size: formatBytes(facts.size), limit: formatBytes(facts.limit) }
  }
  if (facts.kind !== 'no-copy') return facts
  return { ...facts, problem: t(`problem.${facts.problem}`, { ns: 'errors' }) }
}

/** Sentences one after the other; messages come with or without their full stop, none is printed twice. */
export function joinSentences(...sentences: readonly string[]): string {
  return sentences.filter((sentence) => sentence !== '').reduce(joinTwo, '')
}

function joinTwo(before: string, sentence: string): string {
  const whole = /[.!?…。！？]$/.test(sentence) ? sentence : `${sentence}${t('row.fullStop')}`
  return before === '' ? whole : `${before}${t('row.sentenceGap')}${whole}`
}
