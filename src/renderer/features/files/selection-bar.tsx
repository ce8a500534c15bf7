/** Floats over the files while several are selected: their count and size, and the actions for them. */
import { IconDeselect } from '@tabler/icons-react'
import { clearSelection } from '../../store/selection.ts'
import { changeSelection, useSelection } from '../../store/selection-store.ts'
import { formatBytes } from '../../text/format.ts'
import { useText } from '../../text/use-text.ts'
import { fileActions } from '../file-actions/file-actions.ts'
import { useActionLabel, useFileActions, useTotalBytes } from '../file-actions/use-file-actions.ts'
import styles from './selection-bar.module.css'

export function SelectionBar() {
  const ids = useSelection((selection) => selection.ids)
  return ids.size < 2 ? null : <Bar ids={ids} />
}

function Bar({ ids }: { readonly ids: ReadonlySet<string> }) {
  const t = useText()
  const offered = useFileActions(ids)
  const bytes = useTotalBytes(ids)
  const labelOf = useActionLabel()
  return (
    <div className={styles.bar} role="toolbar" aria-label={t('selection.toolbar')}>
      <span className={styles.text}>
        <strong>{t('selection.selected', { count: ids.size })}</strong>
        <span className={styles.bytes}>{formatBytes(bytes)}</span>
      </span>
      {offered
        .filter(({ count }) => count > 0)
        .map(({ name, run }) => {
          const Icon = fileActions[name].icon
          return (
            <button
              type="button"
              key={name}
              className={styles.button}
              onClick={run}
              aria-label={labelOf(name)}
              title={labelOf(name)}
            >
              <Icon size={17} stroke={1.7} />
              <span className={styles.label}>{labelOf(name)}</span>
            </button>
          )
        })}
      <button
        type="button"
        className={styles.button}
        onClick={() => changeSelection(clearSelection)}
        aria-label={t('selection.clear')}
        title={t('selection.clear')}
      >
        <IconDeselect size={17} stroke={1.7} />
      </button>
    </div>
  )
}
