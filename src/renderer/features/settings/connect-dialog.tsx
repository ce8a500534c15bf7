/** Connects to the server of a studio: its address and token, typed or from an invitation file, checked before they are saved. */
import { Alert, Button, FileButton, TextInput } from '@mantine/core'
import { IconMailOpened } from '@tabler/icons-react'
import { type FormEvent, useState } from 'react'
import { invitationExtension, largestInvitation, parseInvitation } from '../../../shared/invitation.ts'
import { mostServers, type ServerProfile, serverAddressSchema } from '../../../shared/servers.ts'
import { useCommand } from '../../bridge/use-bridge.ts'
import { showAlert } from '../../store/alert-store.ts'
import { useApp } from '../../store/app-store.ts'
import { closeDialog } from '../../store/view-store.ts'
import { useText } from '../../text/use-text.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { TokenInput } from '../../ui/token-input.tsx'
import { CheckAnswer } from './check-answer.tsx'
import styles from './settings.module.css'
import { newServer } from './settings-draft.ts'
import { useServerCheck } from './use-server-check.ts'
import { addressError, addressOf } from './validate-draft.ts'
import { withServer } from './with-server.ts'

export function ConnectDialog() {
  const t = useText()
  return (
    <Dialog name="connect" title={t('connect.title')}>
      <ConnectForm />
    </Dialog>
  )
}

function ConnectForm() {
  const t = useText()
  const { server, setServer, note, openInvitation } = useInvitedServer()
  const [tried, setTried] = useState(false)
  const { checking, result, check } = useServerCheck(server)
  const save = useSaveServer()
  const isAddress = serverAddressSchema.safeParse(addressOf(server)).success
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    const address = await check()
    if (address !== null) await save({ ...address, id: server.id, name: server.name })
  }
  return (
    <form className={styles.fields} onSubmit={(event) => void submit(event)} noValidate>
      <p className={styles.lead}>{t('connect.lead')}</p>
      <FileButton accept={invitationExtension} onChange={(file) => void openInvitation(file)}>
        {(props) => (
          <Button
            {...props}
            className={styles.add}
            variant="default"
            leftSection={<IconMailOpened size={16} />}
          >
            {t('connect.openInvitation')}
          </Button>
        )}
      </FileButton>
      {note !== null && <Alert role="status">{note}</Alert>}
      <TextInput
        label={t('servers.url')}
        placeholder={t('servers.urlPlaceholder')}
        type="url"
        value={server.url}
        error={tried && !isAddress ? addressError(server) : undefined}
        onChange={(event) => setServer({ ...server, url: event.currentTarget.value })}
        spellCheck={false}
        autoComplete="off"
        data-autofocus
      />
      <TokenInput
        label={t('servers.token')}
        description={t('servers.tokenHint')}
        value={server.token}
        onChange={(event) => setServer({ ...server, token: event.currentTarget.value })}
      />
      {result !== null && (
        <CheckAnswer {...result} onTrust={(fingerprint) => setServer({ ...server, fingerprint })} />
      )}
      <div className={styles.dialogButtons}>
        <Button variant="default" onClick={closeDialog}>
          {t('connect.cancel')}
        </Button>
        <Button type="submit" loading={checking}>
          {t('connect.connect')}
        </Button>
      </div>
    </form>
  )
}

/** The server as it is typed, or as an invitation names it. */
function useInvitedServer() {
  const t = useText()
  const [server, setServer] = useState(newServer)
  const [note, setNote] = useState<string | null>(null)
  const openInvitation = async (file: File | null) => {
    if (file === null) return
    const text = file.size > largestInvitation ? '' : await file.text().catch(() => '')
    const invited = parseInvitation(text)
    if (invited === null) return setNote(t('connect.notAnInvitation', { file: file.name }))
    const { name, url, token, fingerprint = '' } = invited
    setServer({ ...server, name, url, token, fingerprint })
    setNote(t('connect.opened', { name }))
  }
  return { server, setServer, note, openInvitation }
}

/** Adds the server to the settings, and sends new photos there from now on. */
function useSaveServer() {
  const t = useText()
  const run = useCommand()
  return async (server: ServerProfile) => {
    const before = await run('settings.get', {})
    if (before === null) return
    const added = withServer(before.servers, server)
    if (added === null) return showAlert('error', t('connect.tooMany', { most: mostServers }))
    const { servers, id, name } = added
    const saved = await run('settings.set', { servers, defaultServerId: id })
    if (saved === null) return
    useApp.setState({ settings: saved })
    closeDialog()
    showAlert('info', t('connect.connected', { name }))
  }
}
