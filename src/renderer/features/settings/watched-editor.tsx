/** Adds a watched folder, or changes where the files of one go, which are skipped, and how it is looked at. */
import { Button, NativeSelect, Radio, Switch } from '@mantine/core'
import { type KeyboardEvent, useState } from 'react'
import { presetChoices } from '../../../shared/presets.ts'
import { escapeControls } from '../../../shared/protocol/escape-controls.ts'
import type { WatchedFolderSettings } from '../../../shared/watched.ts'
import { useCommand } from '../../bridge/use-bridge.ts'
import { showAlert } from '../../store/alert-store.ts'
import { useApp } from '../../store/app-store.ts'
import { presetName } from '../../text/preset-name.ts'
import { useText } from '../../text/use-text.ts'
import { watchName } from '../../text/watch-text.ts'
import { DestinationFields } from '../naming/destination-fields.tsx'
import { usePreview } from '../naming/use-preview.ts'
import { FolderInput } from './folder-input.tsx'
import { serverChoices } from './server-choices.ts'
import styles from './settings.module.css'
import { SkipFields } from './skip-fields.tsx'
import type { FieldErrors } from './validate-draft.ts'
import { validateWatched, type WatchedDraft, watchedDraftOf } from './watched-draft.ts'

interface WatchedEditorProps {
  /** Null for a new one. */
  readonly watched: WatchedFolderSettings | null
  readonly onDone: () => void
}

export function WatchedEditor({ watched, onDone }: WatchedEditorProps) {
  const t = useText()
  const settings = useApp((app) => app.settings)
  const [draft, setDraft] = useState(() => watchedDraftOf(watched, settings))
  const [tried, setTried] = useState(false)
  const { errors, change } = validateWatched(draft, watched === null)
  const { busy, save, remove } = useSave(watched, onDone)
  const edit = (part: Partial<WatchedDraft>) => setDraft((before) => ({ ...before, ...part }))
  const submit = () => {
    setTried(true)
    if (change !== null) void save(draft, change)
  }
  // Enter saves the folder, not all settings around it.
  const onEnter = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.target instanceof HTMLInputElement)) return
    event.preventDefault()
    submit()
  }
  const title = watched === null ? t('watched.addTitle') : t('watched.edit', { name: watchName(watched) })
  const shown: FieldErrors = tried ? errors : new Map()
  return (
    <section className={styles.fields} aria-label={title} onKeyDown={onEnter} data-editor>
      {watched === null ? (
        <NewFolder draft={draft} errors={shown} onChange={edit} />
      ) : (
        <>
          <h3 className={styles.groupTitle}>
            <bdi>{escapeControls(watched.folder)}</bdi>
          </h3>
          <p className={styles.lead}>{t('watched.laterHint')}</p>
        </>
      )}
      <PlanFields draft={draft} onChange={edit} />
      <LookFields draft={draft} errors={shown} onChange={edit} />
      <div className={styles.editorButtons}>
        {watched !== null && (
          <Button variant="subtle" color="red" onClick={() => void remove()}>
            {t('watched.remove')}
          </Button>
        )}
        <Button variant="default" onClick={onDone}>
          {t('watched.cancel')}
        </Button>
        <Button variant="light" loading={busy} onClick={submit}>
          {t(watched === null ? 'watched.start' : 'watched.save')}
        </Button>
      </div>
    </section>
  )
}

function useSave(watched: WatchedFolderSettings | null, onDone: () => void) {
  const t = useText()
  const run = useCommand()
  const [busy, setBusy] = useState(false)
  type Change = NonNullable<ReturnType<typeof validateWatched>['change']>
  const save = async (draft: WatchedDraft, change: Change) => {
    setBusy(true)
    const added = { ...change, folder: draft.folder.trim(), existing: draft.existing === 'yes' }
    const saved =
      watched === null
        ? await run('watched.add', added)
        : await run('watched.change', { watchId: watched.id, change })
    setBusy(false)
    if (saved !== null) onDone()
  }
  const remove = async () => {
    if (watched === null || (await run('watched.remove', { watchId: watched.id })) === null) return
    showAlert('info', t('watched.removed', { name: watchName(watched) }))
    onDone()
  }
  return { busy, save, remove }
}

interface FieldsProps {
  readonly draft: WatchedDraft
  readonly onChange: (part: Partial<WatchedDraft>) => void
}

const answers = ['yes', 'no'] as const

/** What only a new folder is asked. */
function NewFolder({ draft, errors, onChange }: FieldsProps & { readonly errors: FieldErrors }) {
  const t = useText()
  return (
    <>
      <FolderInput
        label={t('watched.folder')}
        value={draft.folder}
        error={errors.get('folder')}
        onChange={(folder) => onChange({ folder })}
      />
      <Radio.Group
        label={t('watched.existing')}
        value={draft.existing}
        error={errors.get('existing')}
        onChange={(value) => onChange({ existing: answers.find((answer) => answer === value) ?? null })}
      >
        <div className={styles.choices}>
          {answers.map((answer) => (
            <Radio key={answer} value={answer} label={t(`watched.existings.${answer}`)} />
          ))}
        </div>
      </Radio.Group>
    </>
  )
}

const places = ['usual', 'own'] as const

/** Where its files go, and as what. */
function PlanFields({ draft, onChange }: FieldsProps) {
  const t = useText()
  const settings = useApp((app) => app.settings)
  const presets = presetChoices(settings.ownPresets)
  return (
    <>
      <div className={styles.pair}>
        <NativeSelect
          label={t('watched.server')}
          value={draft.serverId}
          onChange={(event) => onChange({ serverId: event.currentTarget.value })}
          data={serverChoices(settings, t)}
        />
        <NativeSelect
          label={t('watched.preset')}
          value={draft.presetId}
          onChange={(event) => onChange({ presetId: event.currentTarget.value })}
          data={presets.map((choice) => ({ value: choice.id, label: presetName(choice, t) }))}
        />
      </div>
      <Radio.Group
        label={t('watched.place')}
        value={draft.place}
        onChange={(value) => onChange({ place: places.find((place) => place === value) ?? 'usual' })}
      >
        <div className={styles.choices}>
          {places.map((place) => (
            <Radio key={place} value={place} label={t(`watched.places.${place}`)} />
          ))}
        </div>
      </Radio.Group>
      {draft.place === 'own' && <OwnPlace draft={draft} onChange={onChange} />}
    </>
  )
}

function OwnPlace({ draft: { destination }, onChange }: FieldsProps) {
  const preview = usePreview(destination, null)
  return (
    <DestinationFields
      draft={destination}
      preview={preview}
      onChange={(part) => onChange({ destination: { ...destination, ...part } })}
    />
  )
}

/** What is skipped in it, and how it is looked at. */
function LookFields({ draft, errors, onChange }: FieldsProps & { readonly errors: FieldErrors }) {
  const t = useText()
  return (
    <>
      <Switch
        label={t('watched.polls')}
        description={t('watched.pollsHint')}
        checked={draft.polls}
        onChange={(event) => onChange({ polls: event.currentTarget.checked })}
      />
      <section className={styles.group} aria-labelledby="watched-skip">
        <h3 id="watched-skip" className={styles.groupTitle}>
          {t('watched.skip')}
        </h3>
        <p className={styles.lead}>{t('watched.skipHint')}</p>
        <SkipFields
          skip={draft.skip}
          errors={errors}
          onChange={(part) => onChange({ skip: { ...draft.skip, ...part } })}
        />
      </section>
    </>
  )
}
