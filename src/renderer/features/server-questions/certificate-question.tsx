/** A server shows another certificate than the trusted one: both fingerprints, and whether to trust the new one. */
import { Button } from '@mantine/core'
import { useText } from '../../text/use-text.ts'
import { QuestionPanel } from './question-panel.tsx'
import styles from './server-questions.module.css'
import type { AnswerWay } from './use-answer.ts'

interface CertificateQuestionProps {
  readonly way: AnswerWay
  /** What the server is called. */
  readonly host: string
  /** Fingerprints, as `ServerAddress.fingerprint` has them. */
  readonly trusted: string
  readonly shown: string
  readonly onWait: () => void
}

export function CertificateQuestion({ way, host, trusted, shown, onWait }: CertificateQuestionProps) {
  const t = useText()
  return (
    <QuestionPanel title={t('questions.certificateTitle', { host })} lead={t('questions.certificateLead')}>
      <dl className={styles.fingerprints}>
        <dt>{t('questions.trustedFingerprint')}</dt>
        <dd>{trusted}</dd>
        <dt>{t('questions.shownFingerprint')}</dt>
        <dd>{shown}</dd>
      </dl>
      {way.kind === 'elsewhere' && <p className={styles.lead}>{t(way.reason)}</p>}
      <div className={styles.answers}>
        <Button onClick={onWait}>{t('questions.keepWaiting')}</Button>
        {way.kind === 'here' && (
          <Button variant="default" onClick={() => void way.answer({ kind: 'certificate', trusted, shown })}>
            {t('questions.trustNew')}
          </Button>
        )}
      </div>
    </QuestionPanel>
  )
}
