/** Writes settings to a `.photoferry` file, and takes over what one holds, after showing what that changes. */
import { Alert, Button, Checkbox, FileButton, SegmentedControl } from '@mantine/core'
import { IconDownload, IconUpload } from '@tabler/icons-react'
import { useState } from 'react'
import { escapeControls } from '../../../shared/protocol/escape-controls.ts'
import {
  type ImportChange,
  type ImportPlan,
  planImport,
  settingsFileExtension,
  settingsFileText,
} from '../../../shared/settings-file.ts'
import { useBridge, useCommand } from '../../bridge/use-bridge.ts'
import { showAlert } from '../../store/alert-store.ts'
import { useApp } from '../../store/app-store.ts'
import { type Translate, useText } from '../../text/use-text.ts'
import { readChosenFile } from './read-chosen-file.ts'
import styles from './settings.module.css'

const kinds = ['studio', 'machine'] as const

export function SettingsFileFields() {
  const t = useText()
  return (
    <section className={styles.group} aria-labelledby="settings-file">
      <h3 id="settings-file" className={styles.groupTitle}>
        {t('settingsFile.title')}
      </h3>
      <p className={styles.lead}>{t('settingsFile.lead')}</p>
      <ExportFields />
      <ImportFields />
    </section>
  )
}

function ExportFields() {
  const t = useText()
  const [kind, setKind] = useState<(typeof kinds)[number]>('studio')
  const [secrets, setSecrets] = useState(false)
  const save = useExport()
  return (
    <>
      <SegmentedControl
        className={styles.add}
        aria-label={t('settingsFile.kind')}
        value={kind}
        onChange={setKind}
        data={kinds.map((value) => ({ value, label: t(`settingsFile.kinds.${value}`) }))}
      />
      <p className={styles.lead}>{t(`settingsFile.kindHints.${kind}`)}</p>
      <Checkbox
        label={t('settingsFile.secrets')}
        description={t('settingsFile.secretsHint')}
        checked={secrets}
        onChange={(event) => setSecrets(event.currentTarget.checked)}
      />
      <Button
        className={styles.add}
        variant="default"
        leftSection={<IconDownload size={16} />}
        onClick={() => void save({ kind, secrets })}
      >
        {t('settingsFile.export')}
      </Button>
    </>
  )
}

/** The browser reads the blob shortly after the click. */
const keptMs = 10_000

function useExport() {
  const t = useText()
  const run = useCommand()
  const { mode } = useBridge()
  return async (choice: { readonly kind: (typeof kinds)[number]; readonly secrets: boolean }) => {
    if (mode === 'desktop') {
      const answer = await run('settings.toFile', choice)
      if (answer !== null && answer.path !== null)
        showAlert('info', t('settingsFile.exported', { path: answer.path }))
      return
    }
    const text = settingsFileText(useApp.getState().settings, choice)
    const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }))
    const link = document.createElement('a')
    link.href = url
    link.download = `PhotoFerry ${choice.kind}${settingsFileExtension}`
    link.click()
    setTimeout(() => URL.revokeObjectURL(url), keptMs)
  }
}

/** A file that was read, and what it would change. */
interface Chosen {
  readonly name: string
  readonly text: string
  readonly plan: ImportPlan
}

function ImportFields() {
  const t = useText()
  const run = useCommand()
  const [note, setNote] = useState<string | null>(null)
  const [chosen, setChosen] = useState<Chosen | null>(null)
  const choose = async (file: File | null) => {
    if (file === null) return
    const read = await readChosenFile(file, t)
    setChosen(null)
    setNote('note' in read ? read.note : null)
    if ('note' in read) return
    const plan = planImport(useApp.getState().settings, read.file, () => crypto.randomUUID())
    if (plan.tooMany !== null) setNote(t(`settingsFile.tooMany.${plan.tooMany}`))
    else if (plan.changes.length === 0) setNote(t('settingsFile.same', { file: file.name }))
    else setChosen({ name: file.name, text: JSON.stringify(read.file), plan })
  }
  const apply = async ({ text, name }: Chosen) => {
    const saved = await run('settings.fromFile', { text })
    if (saved === null) return
    useApp.setState({ settings: saved })
    setChosen(null)
    setNote(t('settingsFile.imported', { file: name }))
  }
  return (
    <>
      <FileButton accept={settingsFileExtension} onChange={(file) => void choose(file)}>
        {(props) => (
          <Button {...props} className={styles.add} variant="default" leftSection={<IconUpload size={16} />}>
            {t('settingsFile.import')}
          </Button>
        )}
      </FileButton>
      {note !== null && <Alert role="status">{note}</Alert>}
      {chosen !== null && (
        <Alert role="status" title={t('settingsFile.preview', { file: chosen.name })}>
          <ul className={styles.changes}>
            {chosen.plan.changes.map((change) => (
              <li key={JSON.stringify(change)}>{changeText(change, t)}</li>
            ))}
          </ul>
          <div className={styles.editorButtons}>
            <Button variant="default" size="xs" onClick={() => setChosen(null)}>
              {t('settingsFile.cancel')}
            </Button>
            <Button size="xs" onClick={() => void apply(chosen)}>
              {t('settingsFile.apply')}
            </Button>
          </div>
        </Alert>
      )}
    </>
  )
}

function changeText(change: ImportChange, t: Translate): string {
  if (change.what === 'setting')
    return t('settingsFile.changes.setting', { name: t(`settingsFile.fields.${change.field}`) })
  return t(`settingsFile.changes.${change.what}`, { name: escapeControls(change.name) })
}
