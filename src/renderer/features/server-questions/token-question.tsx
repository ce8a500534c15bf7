/** A server does not accept the token any more: a field for the new one. */
import { Button, PasswordInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useText } from '../../text/use-text.ts'
import { QuestionPanel } from './question-panel.tsx'
import styles from './server-questions.module.css'
import { useAnswer } from './use-answer.ts'

interface TokenQuestionProps {
  readonly serverId: string
  /** What the server is called. */
  readonly host: string
}

export function TokenQuestion({ serverId, host }: TokenQuestionProps) {
  const t = useText()
  const answer = useAnswer(serverId)
  const [token, setToken] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (token.trim() !== '') void answer?.({ token: token.trim() })
  }
  return (
    <QuestionPanel title={t('questions.tokenTitle', { host })} lead={t('questions.tokenLead')}>
      {answer === null ? (
        <p className={styles.lead}>{t('questions.given')}</p>
      ) : (
        <form className={styles.answers} onSubmit={submit}>
          <PasswordInput
            className={styles.field}
            label={t('questions.token', { host })}
            value={token}
            onChange={(event) => setToken(event.currentTarget.value)}
            autoComplete="off"
          />
          <Button type="submit">{t('questions.useToken')}</Button>
        </form>
      )}
    </QuestionPanel>
  )
}
