/** Floats over the files while several are chosen: how many, and what can be done with them. */
import { IconDeselect } from '@tabler/icons-react'
import { chooseNone } from '../../store/selection.ts'
import { changeSelection, useSelection } from '../../store/selection-store.ts'
import { formatBytes } from '../../text/format.ts'
import { useText } from '../../text/use-text.ts'
import { fileActions } from '../file-actions/file-actions.ts'
import { useActionWords } from '../file-actions/use-action-label.ts'
import { useChosenBytes, useFileActions } from '../file-actions/use-file-actions.ts'
import styles from './selection-bar.module.css'

export function SelectionBar() {
  const ids = useSelection((selection) => selection.ids)
  return ids.size < 2 ? null : <Bar ids={ids} />
}

function Bar({ ids }: { readonly ids: ReadonlySet<string> }) {
  const t = useText()
  const offered = useFileActions(ids)
  const bytes = useChosenBytes(ids)
  const wordsFor = useActionWords()
  return (
    <div className={styles.bar} role="toolbar" aria-label={t('steer.toolbar')}>
      <span className={styles.words}>
        <strong>{t('steer.chosen', { count: ids.size })}</strong>
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
              aria-label={wordsFor(name)}
              title={wordsFor(name)}
            >
              <Icon size={17} stroke={1.7} />
              <span className={styles.label}>{wordsFor(name)}</span>
            </button>
          )
        })}
      <button
        type="button"
        className={styles.button}
        onClick={() => changeSelection(chooseNone)}
        aria-label={t('steer.chooseNone')}
        title={t('steer.chooseNone')}
      >
        <IconDeselect size={17} stroke={1.7} />
      </button>
    </div>
  )
}
