/** Where photos are stored: this computer's own server or another, which can be tried before it is saved. */
import { Alert, Button, PasswordInput, Radio, TextInput } from '@mantine/core'
import { IconCircleCheck, IconPlugConnectedX } from '@tabler/icons-react'
import { useState } from 'react'
import type { ServerCheck } from '../../shared/answers.ts'
import { serverAddressSchema } from '../../shared/servers.ts'
import { useBridge } from '../bridge/use-bridge.ts'
import { reasonOf } from '../store/alert-store.ts'
import { useText } from '../text/use-text.ts'
import styles from './settings.module.css'
import { addressOf, type DraftErrors, type SettingsDraft } from './settings-form.ts'

interface ServerFieldsProps {
  readonly draft: SettingsDraft
  readonly errors: DraftErrors
  readonly onChange: (part: Partial<SettingsDraft>) => void
  readonly onErrors: (errors: DraftErrors) => void
}

export function ServerFields({ draft, errors, onChange, onErrors }: ServerFieldsProps) {
  const t = useText()
  // The dialog opens with the focus on the choice that is made.
  const [first] = useState(draft.where)
  return (
    <Radio.Group
      label={t('settings.server')}
      value={draft.where}
      onChange={(where) => onChange({ where: where === 'here' ? 'here' : 'elsewhere' })}
    >
      <div className={styles.server}>
        <Radio
          value="here"
          label={t('settings.thisComputer')}
          description={t('settings.thisComputerHint')}
          data-autofocus={first === 'here' || undefined}
        />
        <Radio
          value="elsewhere"
          label={t('settings.anotherServer')}
          data-autofocus={first === 'elsewhere' || undefined}
        />
        {draft.where === 'elsewhere' && (
          <div className={styles.address}>
            <TextInput
              label={t('settings.url')}
              placeholder={t('settings.urlPlaceholder')}
              type="url"
              value={draft.url}
              error={errors.url}
              onChange={(event) => onChange({ url: event.currentTarget.value })}
              spellCheck={false}
            />
            <PasswordInput
              label={t('settings.token')}
              value={draft.token}
              onChange={(event) => onChange({ token: event.currentTarget.value })}
              autoComplete="off"
            />
            <ConnectionTest
              draft={draft}
              onInvalid={() => onErrors({ ...errors, url: t('settings.urlInvalid') })}
            />
          </div>
        )}
      </div>
    </Radio.Group>
  )
}

interface ConnectionTestProps {
  readonly draft: SettingsDraft
  readonly onInvalid: () => void
}

function ConnectionTest({ draft, onInvalid }: ConnectionTestProps) {
  const t = useText()
  const { bridge } = useBridge()
  const [testing, setTesting] = useState(false)
  const [answer, setAnswer] = useState<Pick<ServerCheck, 'ok' | 'message'> | null>(null)

  const test = async () => {
    setAnswer(null)
    const address = serverAddressSchema.safeParse(addressOf(draft))
    if (!address.success) return onInvalid()
    setTesting(true)
    try {
      setAnswer(await bridge.invoke('server.check', address.data))
    } catch (thrown) {
      setAnswer({ ok: false, message: reasonOf(thrown) })
    } finally {
      setTesting(false)
    }
  }
  return (
    <>
      <Button variant="default" loading={testing} onClick={() => void test()} className={styles.test}>
        {t('settings.test')}
      </Button>
      {answer !== null && (
        <Alert
          role="status"
          color={answer.ok ? 'green' : 'red'}
          icon={answer.ok ? <IconCircleCheck /> : <IconPlugConnectedX />}
        >
          {answer.message}
        </Alert>
      )}
    </>
  )
}
