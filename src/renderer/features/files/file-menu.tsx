/** The menu of the chosen files: opens where the pointer is, or at the current file by the keyboard's menu key. */
import { Menu } from '@mantine/core'
import { useSelection } from '../../store/selection-store.ts'
import { formatCount } from '../../text/format.ts'
import { useText } from '../../text/use-text.ts'
import { fileActions } from '../file-actions/file-actions.ts'
import { useActionWords } from '../file-actions/use-action-label.ts'
import { useFileActions } from '../file-actions/use-file-actions.ts'
import { isMac, signsFor } from '../shortcuts/shortcut-table.ts'
import styles from './file-menu.module.css'
import type { MenuPlace } from './use-file-grid.ts'

interface FileMenuProps {
  /** Null while it is closed. */
  readonly at: MenuPlace | null
  readonly onClose: () => void
}

export function FileMenu({ at, onClose }: FileMenuProps) {
  const t = useText()
  const chosen = useSelection((selection) => selection.ids.size)
  return (
    <Menu
      opened={at !== null}
      onClose={onClose}
      position="bottom-start"
      offset={0}
      width={250}
      withinPortal
      // Where it is closed its target lies out of sight: hidden for that, the menu could not take the focus when it opens again.
      hideDetached={false}
    >
      <Menu.Target>
        <span
          className={styles.target}
          style={{ left: at?.x ?? 0, top: at?.y ?? 0 }}
          aria-hidden="true"
          tabIndex={-1}
        />
      </Menu.Target>
      <Menu.Dropdown aria-label={t('steer.menu')}>
        <Menu.Label>{t('steer.chosen', { count: chosen })}</Menu.Label>
        {at !== null && <Actions />}
      </Menu.Dropdown>
    </Menu>
  )
}

function Actions() {
  const ids = useSelection((selection) => selection.ids)
  const offered = useFileActions(ids)
  const wordsFor = useActionWords()
  return offered.map(({ name, count, run }) => {
    const Icon = fileActions[name].icon
    return (
      <Menu.Item
        key={name}
        disabled={count === 0}
        onClick={run}
        leftSection={<Icon size={16} />}
        rightSection={
          <span className={styles.hint} aria-hidden="true">
            <kbd className={styles.key}>{signsFor(name, isMac())}</kbd>
          </span>
        }
      >
        {wordsFor(name)}
        {count > 0 && count < ids.size && <span className={styles.count}>{formatCount(count)}</span>}
      </Menu.Item>
    )
  })
}
