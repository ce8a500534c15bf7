/** The menu for the order of the files: for the grid, and for windows too narrow for column headers. */
import { Menu } from '@mantine/core'
import { IconArrowsSort } from '@tabler/icons-react'
import { type SortColumn, sortColumns } from '../../store/list-query.ts'
import { setSort, useView } from '../../store/view-store.ts'
import { useText } from '../../text/use-text.ts'
import { MenuOption } from '../../ui/menu-option.tsx'
import { ToolButton } from '../../ui/tool-button.tsx'

export function SortMenu() {
  const t = useText()
  const { column, descending } = useView((view) => view.sort)
  const labelOf = (one: SortColumn) => (one === 'queue' ? t('tools.sortQueue') : t(`list.columns.${one}`))
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <ToolButton label={t('tools.sort')} icon={IconArrowsSort} marked={column !== 'queue' || descending} />
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('tools.sortBy')}</Menu.Label>
        {sortColumns.map((one) => (
          <MenuOption
            key={one}
            selected={one === column}
            onClick={() => setSort({ column: one, descending })}
          >
            {labelOf(one)}
          </MenuOption>
        ))}
        <Menu.Divider />
        <Menu.CheckboxItem
          checked={descending}
          onChange={() => setSort({ column, descending: !descending })}
          closeMenuOnClick
        >
          {t('tools.descending')}
        </Menu.CheckboxItem>
      </Menu.Dropdown>
    </Menu>
  )
}
