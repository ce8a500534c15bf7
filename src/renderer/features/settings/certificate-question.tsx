/** Asks whether to trust the certificate that a server shows although no authority vouches for it. */
import { Button } from '@mantine/core'
import type { ShownCertificate } from '../../../shared/answers.ts'
import { formatDate } from '../../text/format.ts'
import { useText } from '../../text/use-text.ts'
import styles from './settings.module.css'

interface CertificateQuestionProps {
  readonly certificate: ShownCertificate
  readonly onTrust: (fingerprint: string) => void
}

/** A certificate that no authority vouches for, and whether to trust it. */
export function CertificateQuestion({ certificate, onTrust }: CertificateQuestionProps) {
  const t = useText()
  const { fingerprint, subject, issuer, validToMs } = certificate
  return (
    <section className={styles.trusted} aria-label={t('servers.certificate')}>
      <span>{t('servers.certificateFor', { subject, issuer, day: formatDate(validToMs) })}</span>
      <code className={styles.fingerprint}>{fingerprint}</code>
      <span>{t('servers.certificateAsk')}</span>
      <Button variant="default" size="compact-sm" onClick={() => onTrust(fingerprint)}>
        {t('servers.trust')}
      </Button>
    </section>
  )
}
