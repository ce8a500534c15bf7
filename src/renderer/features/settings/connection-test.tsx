/** Tests a server before it is saved, shows the result, and asks whether to trust a certificate that no authority vouches for. */
import { Alert, Button } from '@mantine/core'
import { IconCircleCheck, IconPlugConnectedX } from '@tabler/icons-react'
import { useState } from 'react'
import type { ServerCheck, ShownCertificate } from '../../../shared/answers.ts'
import type { ErrorInfo } from '../../../shared/protocol/errors.ts'
import { serverAddressSchema } from '../../../shared/servers.ts'
import { useBridge } from '../../bridge/use-bridge.ts'
import { failureText } from '../../store/alert-store.ts'
import { errorText } from '../../text/error-text.ts'
import { formatDate } from '../../text/format.ts'
import { type Translate, useText } from '../../text/use-text.ts'
import styles from './settings.module.css'
import type { ServerDraft } from './settings-draft.ts'
import { addressOf, serverField } from './validate-draft.ts'

interface ConnectionTestProps {
  readonly server: ServerDraft
  readonly onChange: (server: ServerDraft, field?: string) => void
}

interface TestResult {
  /** The address that was tested, to hide the result once the fields change. */
  readonly tested: string
  readonly ok: boolean
  readonly text: string
  readonly certificate: ShownCertificate | null
}

export function ConnectionTest({ server, onChange }: ConnectionTestProps) {
  const t = useText()
  const { bridge } = useBridge()
  const [testing, setTesting] = useState(false)
  const [result, setResult] = useState<TestResult | null>(null)
  const typed = JSON.stringify(addressOf(server))
  const shown = result?.tested === typed ? result : null

  const test = async () => {
    setResult(null)
    const address = serverAddressSchema.safeParse(addressOf(server))
    // The error at the field says what is wrong.
    if (!address.success) return onChange(server, serverField(server.id, 'url'))
    setTesting(true)
    try {
      setResult({ tested: typed, ...resultOf(await bridge.invoke('server.check', address.data), server, t) })
    } catch (thrown) {
      setResult({ tested: typed, ok: false, text: failureText(thrown), certificate: null })
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
          {shown.text}
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
            {t('servers.stopTrusting')}
          </Button>
        </div>
      )}
    </>
  )
}

function resultOf({ ok, message, error, certificate }: ServerCheck, { url }: ServerDraft, t: Translate) {
  const failed = error === undefined ? message : testFailureText(error, new URL(url.trim()), t)
  return { ok, text: ok ? t('servers.testOk') : failed, certificate: certificate ?? null }
}

/** Beside the fields that it is about, an error needs neither the address nor a hint to open the settings. */
function testFailureText(error: ErrorInfo, { host, protocol }: URL, t: Translate): string {
  if (error.facts?.kind === 'no-http') {
    return protocol === 'https:'
      ? t('servers.testFailed.noHttps', { host })
      : t('servers.testFailed.noHttp', { host })
  }
  if (error.code === 'not-photoferry') return t('servers.testFailed.stranger')
  if (error.code === 'unauthorized') return t('servers.testFailed.unauthorized')
  if (error.code === 'server-unreachable') return t('servers.testFailed.unreachable', { host })
  return errorText(error)
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
