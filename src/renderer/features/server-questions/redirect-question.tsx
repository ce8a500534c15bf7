/** The address of a server leads to another one: whether to use that. */
import { Button } from '@mantine/core'
import { useText } from '../../text/use-text.ts'
import { QuestionPanel } from './question-panel.tsx'
import styles from './server-questions.module.css'
import type { AnswerWay } from './use-answer.ts'

interface RedirectQuestionProps {
  readonly way: AnswerWay
  /** What the server is called. */
  readonly host: string
  /** Where it leads. */
  readonly url: string
  readonly onWait: () => void
}

export function RedirectQuestion({ way, host, url, onWait }: RedirectQuestionProps) {
  const t = useText()
  return (
    <QuestionPanel
      title={t('questions.redirectTitle', { host, url })}
      lead={way.kind === 'here' ? t('questions.redirectLead') : t(way.reason)}
    >
      <div className={styles.answers}>
        <Button onClick={onWait}>{t('questions.keepWaiting')}</Button>
        {way.kind === 'here' && (
          <Button variant="default" onClick={() => void way.answer({ kind: 'redirect', url })}>
            {t('questions.useAddress')}
          </Button>
        )}
      </div>
    </QuestionPanel>
  )
}
