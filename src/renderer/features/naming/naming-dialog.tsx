/** Where photos go at their server: a folder, names of a template with a live preview, and what happens to a name that is taken. */
import { Button, Input, SegmentedControl, TextInput, UnstyledButton } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { type Destination, longestPattern, plainDestination } from '../../../shared/destination.ts'
import { tokenNames } from '../../../shared/name-template.ts'
import { useCommand } from '../../bridge/use-bridge.ts'
import { showAlert } from '../../store/alert-store.ts'
import { useApp } from '../../store/app-store.ts'
import { useQueue } from '../../store/queue-store.ts'
import { closeDialog } from '../../store/view-store.ts'
import { serverHost } from '../../text/server-name.ts'
import { useText } from '../../text/use-text.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { NamePreview } from './name-preview.tsx'
import styles from './naming.module.css'
import { useNaming } from './naming-store.ts'
import { usePreview } from './use-preview.ts'

/** What a template begins with: what most studios use. */
const usualTemplate = '{YYYY}/{MM}-{DD} {batch}/{name}'

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
      <TextInput
        label={t('naming.folder')}
        placeholder={t('naming.folderPlaceholder')}
        value={draft.folder}
        onChange={(event) => change({ folder: event.currentTarget.value })}
        maxLength={longestPattern}
        spellCheck={false}
        data-autofocus
      />
      <TemplateField draft={draft} onChange={change} />
      <NamePreview preview={preview} />
      <Choice
        label={t('naming.taken')}
        hint={t(`naming.takenHints.${draft.taken}`)}
        value={draft.taken}
        options={[
          ['keep', t('naming.takens.keep')],
          ['skip', t('naming.takens.skip')],
        ]}
        onChange={(taken) => change({ taken })}
      />
      <Choice
        label={t('naming.copies')}
        value={draft.copies}
        options={[
          ['folder', t('naming.copiesIn.folder')],
          ['suffix', t('naming.copiesIn.suffix')],
        ]}
        onChange={(copies) => change({ copies })}
      />
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

interface TemplateFieldProps {
  readonly draft: Destination
  readonly onChange: (part: Partial<Destination>) => void
}

function TemplateField({ draft: { template }, onChange }: TemplateFieldProps) {
  const t = useText()
  return (
    <>
      <Choice
        label={t('naming.names')}
        value={template === null ? 'kept' : 'made'}
        options={[
          ['kept', t('naming.namesKept')],
          ['made', t('naming.namesMade')],
        ]}
        onChange={(kind) => onChange({ template: kind === 'kept' ? null : usualTemplate })}
      />
      {template !== null && (
        <div className={styles.template}>
          <TextInput
            label={t('naming.template')}
            value={template}
            onChange={(event) => onChange({ template: event.currentTarget.value })}
            maxLength={longestPattern}
            spellCheck={false}
          />
          <div className={styles.tokens}>
            {tokenNames.map((name) => (
              <UnstyledButton
                key={name}
                className={styles.token}
                title={t(`naming.tokens.${name}`)}
                onClick={() => onChange({ template: `${template}{${name}}` })}
              >
                {`{${name}}`}
              </UnstyledButton>
            ))}
          </div>
        </div>
      )}
    </>
  )
}

interface ChoiceProps<Value extends string> {
  readonly label: string
  readonly hint?: string
  readonly value: Value
  readonly options: readonly (readonly [Value, string])[]
  readonly onChange: (value: Value) => void
}

function Choice<Value extends string>({ label, hint, value, options, onChange }: ChoiceProps<Value>) {
  return (
    <Input.Wrapper className={styles.choice} label={label} labelElement="div" description={hint}>
      <SegmentedControl
        mt={6}
        aria-label={label}
        value={value}
        onChange={onChange}
        data={options.map(([key, text]) => ({ value: key, label: text }))}
      />
    </Input.Wrapper>
  )
}
