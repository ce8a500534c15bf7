/** Where photos go at their server: a folder, names of a template with a live preview, and what happens to a name that is taken. */
import { Button } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { type Destination, plainDestination } from '../../../shared/destination.ts'
import { useCommand } from '../../bridge/use-bridge.ts'
import { showAlert } from '../../store/alert-store.ts'
import { useApp } from '../../store/app-store.ts'
import { useQueue } from '../../store/queue-store.ts'
import { closeDialog } from '../../store/view-store.ts'
import { serverHost } from '../../text/server-name.ts'
import { useText } from '../../text/use-text.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { DestinationFields } from './destination-fields.tsx'
import styles from './naming.module.css'
import { useNaming } from './naming-store.ts'
import { usePreview } from './use-preview.ts'

export function NamingDialog() {
  const t = useText()
  return (
    <Dialog name="naming" title={t('naming.title')}>
      <NamingForm />
    </Dialog>
  )
}

function NamingForm() {
  const t = useText()
  const { batchId, lead, current, save } = useChosen()
  const [draft, setDraft] = useState(current)
  const preview = usePreview(draft, batchId)
  const change = (part: Partial<Destination>) => setDraft({ ...draft, ...part })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (preview?.problem === null) void save(draft)
  }
  return (
    <form className={styles.fields} onSubmit={submit} noValidate>
      <p className={styles.lead}>{lead}</p>
      <DestinationFields draft={draft} preview={preview} onChange={change} />
      <div className={styles.buttons}>
        <Button variant="default" onClick={closeDialog}>
          {t('naming.cancel')}
        </Button>
        <Button type="submit" disabled={preview?.problem !== null}>
          {t('naming.save')}
        </Button>
      </div>
    </form>
  )
}

/** The batch that it is about, or photos that are still to be added to the default server. */
function useChosen() {
  const t = useText()
  const run = useCommand()
  const batchId = useNaming((naming) => naming.batchId)
  const batch = useQueue((state) => (batchId === null ? undefined : state.batches.get(batchId)))
  const { defaultServerId, destinations } = useApp((app) => app.settings)
  const servers = useQueue(({ overview }) => overview?.servers)
  const serverId = batch?.serverId ?? defaultServerId
  const known = servers?.find(({ id }) => id === serverId)
  const server = known === undefined ? '' : serverHost(known, t)
  const current = batch?.destination ?? destinations[serverId] ?? plainDestination
  const save = async (destination: Destination) => {
    const saved =
      batch === undefined
        ? await run('settings.set', { destinations: { ...destinations, [serverId]: destination } })
        : await run('batch.setDestination', { batchId: batch.id, destination })
    if (saved === null) return
    closeDialog()
    showAlert('info', t('naming.saved', { server }))
  }
  const lead =
    batch === undefined ? t('naming.lead', { server }) : t('naming.leadBatch', { name: batch.name, server })
  return { batchId: batch?.id ?? null, lead, current, save }
}
