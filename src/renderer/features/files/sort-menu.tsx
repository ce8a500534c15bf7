/** The order of the files, for the grid and for windows too narrow for heads of columns. */
import { Menu } from '@mantine/core'
import { IconArrowsSort } from '@tabler/icons-react'
import { type SortColumn, sortColumns } from '../../store/list-query.ts'
import { setSort, useView } from '../../store/view-store.ts'
import { useText } from '../../text/use-text.ts'
import { ToolButton } from '../../ui/tool-button.tsx'
import { Choice } from './filter-menu.tsx'

export function SortMenu() {
  const t = useText()
  const { column, descending } = useView((view) => view.sort)
  const wordsFor = (one: SortColumn) => (one === 'queue' ? t('steer.sortQueue') : t(`list.columns.${one}`))
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <ToolButton label={t('steer.sort')} icon={IconArrowsSort} marked={column !== 'queue' || descending} />
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('steer.sortBy')}</Menu.Label>
        {sortColumns.map((one) => (
          <Choice key={one} chosen={one === column} onClick={() => setSort({ column: one, descending })}>
            {wordsFor(one)}
          </Choice>
        ))}
        <Menu.Divider />
        <Menu.CheckboxItem
          checked={descending}
          onChange={() => setSort({ column, descending: !descending })}
          closeMenuOnClick
        >
          {t('steer.descending')}
        </Menu.CheckboxItem>
      </Menu.Dropdown>
    </Menu>
  )
}
