/** The fields of a server on the network: name, address, token, and a test of the connection. */
import { Button, TextInput } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { useApp } from '../../store/app-store.ts'
import { useText } from '../../text/use-text.ts'
import { TokenInput } from '../../ui/token-input.tsx'
import { ConnectionTest } from './connection-test.tsx'
import styles from './settings.module.css'
import type { ServerDraft } from './settings-draft.ts'
import { type FieldErrors, serverField } from './validate-draft.ts'

interface ServerFieldsProps {
  readonly server: ServerDraft
  readonly errors: FieldErrors
  readonly onChange: (server: ServerDraft, field?: string) => void
  readonly onRemove: () => void
}

const loopback = /^http:\/\/(localhost|127\.\d+\.\d+\.\d+|\[::1\])([:/]|$)/i

export function ServerFields({ server, errors, onChange, onRemove }: ServerFieldsProps) {
  const t = useText()
  const sealsTokens = useApp((app) => app.info?.sealsTokens ?? true)
  const nameField = serverField(server.id, 'name')
  const urlField = serverField(server.id, 'url')
  const isUnencrypted = /^http:/i.test(server.url.trim()) && !loopback.test(server.url.trim())
  return (
    <>
      <TextInput
        label={t('servers.name')}
        placeholder={t('servers.namePlaceholder')}
        value={server.name}
        error={errors.get(nameField)}
        onChange={(event) => onChange({ ...server, name: event.currentTarget.value }, nameField)}
        maxLength={100}
        autoComplete="off"
      />
      <TextInput
        label={t('servers.url')}
        placeholder={t('servers.urlPlaceholder')}
        type="url"
        value={server.url}
        error={errors.get(urlField)}
        description={isUnencrypted ? t('servers.tokenPlain') : undefined}
        inputWrapperOrder={['label', 'input', 'error', 'description']}
        onChange={(event) => onChange({ ...server, url: event.currentTarget.value }, urlField)}
        spellCheck={false}
        autoComplete="off"
      />
      <TokenInput
        label={t('servers.token')}
        description={
          sealsTokens ? t('servers.tokenHint') : `${t('servers.tokenHint')} ${t('servers.tokenInFile')}`
        }
        value={server.token}
        onChange={(event) => onChange({ ...server, token: event.currentTarget.value })}
      />
      <ConnectionTest server={server} onChange={onChange} />
      <div>
        <Button
          variant="subtle"
          color="red"
          size="compact-sm"
          leftSection={<IconTrash size={16} />}
          onClick={onRemove}
        >
          {t('servers.remove')}
        </Button>
        <p className={styles.lead}>{t('servers.removed')}</p>
      </div>
    </>
  )
}
