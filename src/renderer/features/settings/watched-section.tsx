/** The watched folders: where each stands, on or off, and their editor. Changes are made at once. */
import { ActionIcon, Button, Switch } from '@mantine/core'
import { IconFolder, IconPencil, IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { presetChoices } from '../../../shared/presets.ts'
import { escapeControls } from '../../../shared/protocol/escape-controls.ts'
import { mostWatched, type WatchedFolderSettings, type WatchRow } from '../../../shared/watched.ts'
import { useCommand } from '../../bridge/use-bridge.ts'
import { useApp } from '../../store/app-store.ts'
import { useQueue } from '../../store/queue-store.ts'
import { presetName } from '../../text/preset-name.ts'
import { useText } from '../../text/use-text.ts'
import { watchName, watchText } from '../../text/watch-text.ts'
import { serverChoices } from './server-choices.ts'
import styles from './settings.module.css'
import { WatchedEditor } from './watched-editor.tsx'

/** Null while nothing is edited. */
type Edited = null | 'new' | WatchedFolderSettings

const none: readonly WatchRow[] = []

export function WatchedSection() {
  const t = useText()
  const folders = useApp(({ settings }) => settings.watchedFolders)
  const rows = useQueue(({ overview }) => overview?.watched ?? none)
  const [edited, setEdited] = useState<Edited>(null)
  if (edited !== null) {
    return <WatchedEditor watched={edited === 'new' ? null : edited} onDone={() => setEdited(null)} />
  }
  return (
    <section className={styles.fields} aria-labelledby="watched-folders">
      <h3 id="watched-folders" className={styles.groupTitle}>
        {t('watched.title')}
      </h3>
      <p className={styles.lead}>{t('watched.lead')}</p>
      {folders.length === 0 && <p className={styles.lead}>{t('watched.none')}</p>}
      <ul className={styles.presets}>
        {folders.map((watched) => (
          <WatchedLine
            key={watched.id}
            watched={watched}
            row={rows.find(({ id }) => id === watched.id)}
            onEdit={() => setEdited(watched)}
          />
        ))}
      </ul>
      <Button
        className={styles.add}
        variant="default"
        leftSection={<IconPlus size={16} />}
        disabled={folders.length >= mostWatched}
        onClick={() => setEdited('new')}
      >
        {t('watched.add')}
      </Button>
    </section>
  )
}

interface WatchedLineProps {
  readonly watched: WatchedFolderSettings
  /** Undefined before the first report. */
  readonly row: WatchRow | undefined
  readonly onEdit: () => void
}

function WatchedLine({ watched, row, onEdit }: WatchedLineProps) {
  const t = useText()
  const run = useCommand()
  const name = watchName(watched)
  const { goesTo } = usePlan(watched)
  const isAmber = row?.state.phase === 'away' || row?.state.phase === 'stopped'
  return (
    <li className={styles.preset}>
      <IconFolder size={20} stroke={1.5} aria-hidden="true" />
      <span className={styles.cardName}>
        <bdi>{escapeControls(name)}</bdi>
        <bdi className={styles.cardSubtitle} title={watched.folder}>
          {escapeControls(watched.folder)}
        </bdi>
        <span className={styles.cardSubtitle}>{goesTo}</span>
        <span className={styles.watchState} data-amber={isAmber || undefined} role="status">
          {row !== undefined && watchText(row, t)}
        </span>
      </span>
      <Switch
        aria-label={t('watched.toggle', { name })}
        checked={watched.on}
        onChange={(event) =>
          void run('watched.change', { watchId: watched.id, change: { on: event.currentTarget.checked } })
        }
      />
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={t('watched.edit', { name })}
        title={t('watched.edit', { name })}
        onClick={onEdit}
      >
        <IconPencil size={18} />
      </ActionIcon>
    </li>
  )
}

/** Where the files of a folder go, in words; what is no longer there has no name. */
function usePlan({ serverId, presetId }: WatchedFolderSettings) {
  const t = useText()
  const settings = useApp((app) => app.settings)
  const server = serverChoices(settings, t).find(({ value }) => value === serverId)?.label ?? '?'
  const choice = presetChoices(settings.ownPresets).find(({ id }) => id === presetId)
  const preset = choice === undefined ? '?' : presetName(choice, t)
  return { goesTo: `${escapeControls(server)} · ${escapeControls(preset)}` }
}
