/** Connects to the server of a studio: its address and token, typed or from an invitation file, checked before they are saved. */
import { Alert, Button, FileButton, TextInput } from '@mantine/core'
import { IconMailOpened } from '@tabler/icons-react'
import { type FormEvent, useState } from 'react'
import { mostServers, type ServerProfile, serverAddressSchema } from '../../../shared/servers.ts'
import { type SettingsFile, settingsFileExtension } from '../../../shared/settings-file.ts'
import { withServer } from '../../../shared/with-server.ts'
import { useCommand } from '../../bridge/use-bridge.ts'
import { showAlert } from '../../store/alert-store.ts'
import { useApp } from '../../store/app-store.ts'
import { closeDialog } from '../../store/view-store.ts'
import { useText } from '../../text/use-text.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { TokenInput } from '../../ui/token-input.tsx'
import { CheckAnswer } from './check-answer.tsx'
import { readChosenFile } from './read-chosen-file.ts'
import styles from './settings.module.css'
import { newServer } from './settings-draft.ts'
import { useServerCheck } from './use-server-check.ts'
import { addressError, addressOf } from './validate-draft.ts'

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
  const { server, setServer, note, file, openInvitation } = useInvitedServer()
  const [tried, setTried] = useState(false)
  const { checking, result, check } = useServerCheck(server)
  const save = useSaveServer()
  const isAddress = serverAddressSchema.safeParse(addressOf(server)).success
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    const address = await check()
    if (address !== null) await save({ ...address, id: server.id, name: server.name }, file)
  }
  return (
    <form className={styles.fields} onSubmit={(event) => void submit(event)} noValidate>
      <p className={styles.lead}>{t('connect.lead')}</p>
      <FileButton accept={settingsFileExtension} onChange={(file) => void openInvitation(file)}>
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
  const [file, setFile] = useState<SettingsFile | null>(null)
  const openInvitation = async (chosen: File | null) => {
    if (chosen === null) return
    const read = await readChosenFile(chosen, t)
    if ('note' in read) return setNote(read.note)
    const invited = read.file.servers[read.file.defaultServer ?? 0]
    if (invited === undefined) return setNote(t('connect.notAnInvitation', { file: chosen.name }))
    const { name, url, token = '', fingerprint = '' } = invited
    setServer({ ...server, name, url, token, fingerprint })
    // Of what else is in it, how this computer works is the person's own business.
    const { machine, ...handed } = read.file
    setFile({ ...handed, servers: [invited], defaultServer: 0 })
    setNote(t('connect.opened', { name }))
  }
  return { server, setServer, note, file, openInvitation }
}

/** Adds the server to the settings, and sends new photos there from now on. */
function useSaveServer() {
  const t = useText()
  const run = useCommand()
  return async (server: ServerProfile, file: SettingsFile | null) => {
    const before = await run('settings.get', {})
    if (before === null) return
    const added = withServer(before.servers, server)
    if (added === null) return showAlert('error', t('connect.tooMany', { most: mostServers }))
    const { servers, id, name } = added
    const connected = await run('settings.set', { servers, defaultServerId: id })
    if (connected === null) return
    // Its presets, and where photos go there; the address is as it was typed and tested.
    const { url, token, fingerprint } = server
    const [invited] = file?.servers ?? []
    const handed = invited && {
      ...file,
      servers: [{ ...invited, name, url, token, ...(fingerprint && { fingerprint }) }],
    }
    const saved = handed ? await run('settings.fromFile', { text: JSON.stringify(handed) }) : connected
    if (saved === null) return
    useApp.setState({ settings: saved })
    closeDialog()
    showAlert('info', t('connect.connected', { name }))
  }
}
