/** Tries a server before it is saved, says what came of it, and asks about a certificate that nobody vouches for. */
import { Alert, Button } from '@mantine/core'
import { IconCircleCheck, IconPlugConnectedX } from '@tabler/icons-react'
import { useState } from 'react'
import type { ServerCheck, ShownCertificate } from '../../../shared/answers.ts'
import { serverAddressSchema } from '../../../shared/servers.ts'
import { useBridge } from '../../bridge/use-bridge.ts'
import { reasonOf } from '../../store/alert-store.ts'
import { errorWords } from '../../text/error-text.ts'
import { formatDate } from '../../text/format.ts'
import { useText, type Words } from '../../text/use-text.ts'
import styles from './settings.module.css'
import type { ServerDraft } from './settings-draft.ts'
import { addressOf, serverField } from './validate-draft.ts'

interface ConnectionTestProps {
  readonly server: ServerDraft
  readonly onChange: (server: ServerDraft, field?: string) => void
}

interface Answer {
  /** The address as it was tried: what was typed since was not. */
  readonly tried: string
  readonly ok: boolean
  readonly words: string
  readonly certificate: ShownCertificate | null
}

export function ConnectionTest({ server, onChange }: ConnectionTestProps) {
  const t = useText()
  const { bridge } = useBridge()
  const [testing, setTesting] = useState(false)
  const [answer, setAnswer] = useState<Answer | null>(null)
  const typed = JSON.stringify(addressOf(server))
  const shown = answer?.tried === typed ? answer : null

  const test = async () => {
    setAnswer(null)
    const address = serverAddressSchema.safeParse(addressOf(server))
    // The sentence at the field says what is wrong.
    if (!address.success) return onChange(server, serverField(server.id, 'url'))
    setTesting(true)
    try {
      setAnswer({ tried: typed, ...answerOf(await bridge.invoke('server.check', address.data), server, t) })
    } catch (thrown) {
      setAnswer({ tried: typed, ok: false, words: reasonOf(thrown), certificate: null })
    } finally {
      setTesting(false)
    }
  }
  return (
    <>
      <Button variant="default" loading={testing} onClick={() => void test()} className={styles.add}>
        {t('servers.test')}
      </Button>
      {shown !== null && (
        <Alert
          role="status"
          className={styles.answer}
          data-ok={shown.ok || undefined}
          icon={shown.ok ? <IconCircleCheck /> : <IconPlugConnectedX />}
        >
          {shown.words}
          {shown.certificate !== null && (
            <CertificateQuestion
              certificate={shown.certificate}
              onTrust={(fingerprint) => onChange({ ...server, fingerprint })}
            />
          )}
        </Alert>
      )}
      {server.fingerprint !== '' && (
        <div className={styles.trusted}>
          <span>{t('servers.trusted')}</span>
          <code className={styles.fingerprint}>{server.fingerprint}</code>
          <Button
            variant="default"
            size="compact-sm"
            onClick={() => onChange({ ...server, fingerprint: '' })}
          >
            {t('servers.forget')}
          </Button>
        </div>
      )}
    </>
  )
}

function answerOf({ ok, message, error, certificate }: ServerCheck, { url }: ServerDraft, t: Words) {
  const failed = error === undefined ? message : errorWords(error)
  return {
    ok,
    words: ok ? t('servers.testOk', { host: new URL(url.trim()).host }) : failed,
    certificate: certificate ?? null,
  }
}

interface CertificateQuestionProps {
  readonly certificate: ShownCertificate
  readonly onTrust: (fingerprint: string) => void
}

function CertificateQuestion({ certificate, onTrust }: CertificateQuestionProps) {
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
