/** The address of a server leads to another one: whether to use that. */
import { Button } from '@mantine/core'
import { useText } from '../../text/use-text.ts'
import { QuestionPanel } from './question-panel.tsx'
import styles from './server-questions.module.css'
import { useAnswer } from './use-answer.ts'

interface RedirectQuestionProps {
  readonly serverId: string
  /** What the server is called. */
  readonly host: string
  /** Where it leads. */
  readonly url: string
  readonly onWait: () => void
}

export function RedirectQuestion({ serverId, host, url, onWait }: RedirectQuestionProps) {
  const t = useText()
  const answer = useAnswer(serverId)
  return (
    <QuestionPanel
      title={t('questions.redirectTitle', { host, url })}
      lead={answer === null ? t('questions.given') : t('questions.redirectLead')}
    >
      <div className={styles.answers}>
        <Button onClick={onWait}>{t('questions.keepWaiting')}</Button>
        {answer !== null && (
          <Button variant="default" onClick={() => void answer({ url })}>
            {t('questions.useAddress')}
          </Button>
        )}
      </div>
    </QuestionPanel>
  )
}
