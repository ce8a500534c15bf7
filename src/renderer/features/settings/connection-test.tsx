/** Tests a server before it is saved, shows the result, and asks whether to trust a certificate that no authority vouches for. */
import { Button } from '@mantine/core'
import { serverAddressSchema } from '../../../shared/servers.ts'
import { useText } from '../../text/use-text.ts'
import { CheckAnswer } from './check-answer.tsx'
import styles from './settings.module.css'
import type { ServerDraft } from './settings-draft.ts'
import { useServerCheck } from './use-server-check.ts'
import { addressOf, serverField } from './validate-draft.ts'

interface ConnectionTestProps {
  readonly server: ServerDraft
  readonly onChange: (server: ServerDraft, field?: string) => void
}

export function ConnectionTest({ server, onChange }: ConnectionTestProps) {
  const t = useText()
  const { checking, result, check } = useServerCheck(server)
  const test = () => {
    // The error at the field says what is wrong.
    if (!serverAddressSchema.safeParse(addressOf(server)).success)
      onChange(server, serverField(server.id, 'url'))
    else void check()
  }
  return (
    <>
      <Button variant="default" loading={checking} onClick={test} className={styles.add}>
        {t('servers.test')}
      </Button>
      {result !== null && (
        <CheckAnswer {...result} onTrust={(fingerprint) => onChange({ ...server, fingerprint })} />
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
