/** A server does not accept the token, or no longer does: a field for the right one. */
import { Button } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useText } from '../../text/use-text.ts'
import { TokenInput } from '../../ui/token-input.tsx'
import { QuestionPanel } from './question-panel.tsx'
import styles from './server-questions.module.css'
import type { AnswerWay } from './use-answer.ts'

interface TokenQuestionProps {
  readonly way: AnswerWay
  /** What the server is called. */
  readonly host: string
  /** Whether the server accepted it before. */
  readonly accepted: boolean
}

export function TokenQuestion({ way, host, accepted }: TokenQuestionProps) {
  const t = useText()
  const [token, setToken] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (token.trim() !== '' && way.kind === 'here') void way.answer({ kind: 'token', token: token.trim() })
  }
  const lead = accepted ? t('questions.tokenChanged') : t('questions.tokenWrong')
  return (
    <QuestionPanel
      title={t('questions.tokenTitle', { host })}
      lead={way.kind === 'here' ? lead : t(way.reason)}
    >
      {way.kind === 'here' && (
        <form className={styles.answers} onSubmit={submit}>
          <TokenInput
            className={styles.field}
            label={t('questions.token', { host })}
            value={token}
            onChange={(event) => setToken(event.currentTarget.value)}
          />
          <Button type="submit">{t('questions.useToken')}</Button>
        </form>
      )}
    </QuestionPanel>
  )
}
