/** What to tell a person about an error: the sentence that main or the server sent, or the language's own for its code. */
import type { ErrorInfo } from '../../shared/errors.ts'
import { sentenceFor, t } from './text.ts'

export function errorWords({ code, message }: ErrorInfo): string {
  return sentenceFor(code) ?? message
}

/** Sentences one after the other; messages come with or without their full stop, none is printed twice. */
export function joinSentences(...sentences: readonly string[]): string {
  return sentences.filter((sentence) => sentence !== '').reduce(joinTwo, '')
}

function joinTwo(before: string, sentence: string): string {
  const whole = /[.!?…。！？]$/.test(sentence) ? sentence : `${sentence}${t('row.fullStop')}`
  return before === '' ? whole : `${before}${t('row.sentenceGap')}${whole}`
}
