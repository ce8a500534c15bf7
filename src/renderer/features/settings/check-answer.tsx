/** The result of checking a server: whether it can be used, or why not. */
import { Alert } from '@mantine/core'
import { IconCircleCheck, IconPlugConnectedX } from '@tabler/icons-react'
import type { ShownCertificate } from '../../../shared/answers.ts'
import { CertificateQuestion } from './certificate-question.tsx'
import styles from './settings.module.css'

interface CheckAnswerProps {
  readonly ok: boolean
  readonly text: string
  /** One that no authority vouches for. */
  readonly certificate: ShownCertificate | null
  readonly onTrust: (fingerprint: string) => void
}

export function CheckAnswer({ ok, text, certificate, onTrust }: CheckAnswerProps) {
  return (
    <Alert
      role="status"
      className={styles.answer}
      data-ok={ok || undefined}
      icon={ok ? <IconCircleCheck /> : <IconPlugConnectedX />}
    >
      {text}
      {certificate !== null && <CertificateQuestion certificate={certificate} onTrust={onTrust} />}
    </Alert>
  )
}
