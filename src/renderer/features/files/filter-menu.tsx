/** The filters that are not always in sight: every status, and the kind of file. */
import { Menu } from '@mantine/core'
import { IconFilter } from '@tabler/icons-react'
import { fileGroups } from '../../../shared/file-kinds.ts'
import { countInFilter, mainFilters, statusFilters } from '../../store/status-groups.ts'
import { useShownTotals } from '../../store/use-shown-batch.ts'
import { showKind, showStatus, useView } from '../../store/view-store.ts'
import { formatCount } from '../../text/format.ts'
import { useText } from '../../text/use-text.ts'
import { ToolButton } from '../../ui/tool-button.tsx'

export function FilterMenu() {
  const t = useText()
  const status = useView((view) => view.filter)
  const kind = useView((view) => view.kind)
  const totals = useShownTotals()
  const isMarked = kind !== null || !mainFilters.some((one) => one === status)
  return (
    <Menu position="bottom-start" width={220}>
      <Menu.Target>
        <ToolButton label={t('steer.filter')} icon={IconFilter} marked={isMarked} />
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('steer.byStatus')}</Menu.Label>
        {statusFilters.map((one) => (
          <Choice key={one} chosen={one === status} onClick={() => showStatus(one)}>
            {`${t(`list.filters.${one}`)} ${formatCount(countInFilter(totals, one))}`}
          </Choice>
        ))}
        <Menu.Divider />
        <Menu.Label>{t('steer.byKind')}</Menu.Label>
        <Choice chosen={kind === null} onClick={() => showKind(null)}>
          {t('steer.everyKind')}
        </Choice>
        {fileGroups.map((one) => (
          <Choice key={one} chosen={one === kind} onClick={() => showKind(one)}>
            {t(`kinds.${one}`)}
          </Choice>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

interface ChoiceProps {
  readonly chosen: boolean
  readonly onClick: () => void
  readonly children: string
}

/** One of several of which one holds. */
export function Choice({ chosen, onClick, children }: ChoiceProps) {
  return (
    <Menu.RadioItem value={children} checked={chosen} onChange={onClick} closeMenuOnClick>
      {children}
    </Menu.RadioItem>
  )
}
