/** The menu of the selected files: opens at the pointer, or at the current file with the menu key. */
import { Menu } from '@mantine/core'
import { useSelection } from '../../store/selection-store.ts'
import { formatCount } from '../../text/format.ts'
import { useText } from '../../text/use-text.ts'
import { fileActions } from '../file-actions/file-actions.ts'
import { useActionLabel, useFileActions } from '../file-actions/use-file-actions.ts'
import { isMac, keyLabelsFor } from '../shortcuts/shortcut-table.ts'
import styles from './file-menu.module.css'
import type { MenuPosition } from './use-file-grid.ts'

interface FileMenuProps {
  /** Null while the menu is closed. */
  readonly at: MenuPosition | null
  readonly onClose: () => void
}

export function FileMenu({ at, onClose }: FileMenuProps) {
  const t = useText()
  const selected = useSelection((selection) => selection.ids.size)
  return (
    <Menu
      opened={at !== null}
      onClose={onClose}
      position="bottom-start"
      offset={0}
      width={250}
      withinPortal
      // A closed menu's target may be scrolled away; if that hid the menu, it could not take the focus when it opens again.
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
      <Menu.Dropdown aria-label={t('selection.menu')}>
        <Menu.Label>{t('selection.selected', { count: selected })}</Menu.Label>
        {at !== null && <Actions />}
      </Menu.Dropdown>
    </Menu>
  )
}

function Actions() {
  const ids = useSelection((selection) => selection.ids)
  const offered = useFileActions(ids)
  const labelOf = useActionLabel()
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
            <kbd className={styles.key}>{keyLabelsFor(name, isMac())}</kbd>
          </span>
        }
      >
        {labelOf(name)}
        {count > 0 && count < ids.size && <span className={styles.count}>{formatCount(count)}</span>}
      </Menu.Item>
    )
  })
}
