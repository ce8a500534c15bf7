/** The menu of all filters: every status, and every kind of file. */
import { Menu } from '@mantine/core'
import { IconFilter } from '@tabler/icons-react'
import { fileGroups } from '../../../shared/file-kinds.ts'
import { countInFilter, filtersInBar, statusFilters } from '../../store/status-groups.ts'
import { useShownTotals } from '../../store/use-shown-batch.ts'
import { showKind, showStatus, useView } from '../../store/view-store.ts'
import { formatCount } from '../../text/format.ts'
import { useText } from '../../text/use-text.ts'
import { MenuOption } from '../../ui/menu-option.tsx'
import { ToolButton } from '../../ui/tool-button.tsx'

export function FilterMenu() {
  const t = useText()
  const status = useView((view) => view.filter)
  const kind = useView((view) => view.kind)
  const totals = useShownTotals()
  const isMarked = kind !== null || !filtersInBar(totals, status).includes(status)
  return (
    <Menu position="bottom-start" width={220}>
      <Menu.Target>
        <ToolButton label={t('tools.filter')} icon={IconFilter} marked={isMarked} />
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('tools.byStatus')}</Menu.Label>
        {statusFilters.map((one) => (
          <MenuOption key={one} selected={one === status} onClick={() => showStatus(one)}>
            {`${t(`list.filters.${one}`)} ${formatCount(countInFilter(totals, one))}`}
          </MenuOption>
        ))}
        <Menu.Divider />
        <Menu.Label>{t('tools.byKind')}</Menu.Label>
        <MenuOption selected={kind === null} onClick={() => showKind(null)}>
          {t('tools.everyKind')}
        </MenuOption>
        {fileGroups.map((one) => (
          <MenuOption key={one} selected={one === kind} onClick={() => showKind(one)}>
            {t(`kinds.${one}`)}
          </MenuOption>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
