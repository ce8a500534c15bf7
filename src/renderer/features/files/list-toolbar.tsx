/** Above the files: the batch's name and menu, filters, search, order, list or grid, removing finished files. */

import { SegmentedControl } from '@mantine/core'
import { IconEraser, IconLayoutGrid, IconLayoutSidebarRight, IconList } from '@tabler/icons-react'
import { escapeControls } from '../../../shared/protocol/escape-controls.ts'
import { useCommand } from '../../bridge/use-bridge.ts'
import { useIsOnline } from '../../store/connection-store.ts'
import { useQueue } from '../../store/queue-store.ts'
import { can, countInFilter, countOf, everything, filtersInBar } from '../../store/status-groups.ts'
import { useShownBatch, useShownTotals } from '../../store/use-shown-batch.ts'
import { setLayout, showDetails, showStatus, useDetailsShown, useView } from '../../store/view-store.ts'
import { batchName } from '../../text/batch-name.ts'
import { formatCount } from '../../text/format.ts'
import { useText } from '../../text/use-text.ts'
import { ToolButton } from '../../ui/tool-button.tsx'
import { BatchMenu } from '../batches/batch-menu.tsx'
import { isOverUnstored, removeFiles } from '../file-actions/ask-first.ts'
import { BatchSummary } from '../summary/batch-summary.tsx'
import { FilterMenu } from './filter-menu.tsx'
import { LeftOutNote } from './left-out-note.tsx'
import { ListNote } from './list-note.tsx'
import styles from './list-toolbar.module.css'
import { SearchField } from './search-field.tsx'
import { SortMenu } from './sort-menu.tsx'

/** @param shown count of files in the list */
export function ListToolbar({ shown }: { readonly shown: number }) {
  return (
    <div className={styles.toolbar}>
      <div className={styles.heading}>
        <Heading />
        <LeftOutNote />
        <ListNote shown={shown} />
      </div>
      <BatchSummary />
      <div className={styles.tools}>
        <StatusFilter />
        <FilterMenu />
        <SearchField />
        <span className={styles.views}>
          <SortMenu />
          <Views />
          <ClearFinished />
        </span>
      </div>
    </div>
  )
}

function Heading() {
  const t = useText()
  const batchId = useShownBatch()
  const name = useQueue((state) => (batchId === null ? undefined : state.batches.get(batchId)?.name))
  return (
    <>
      <h2 className={styles.title} title={name && escapeControls(name)}>
        <bdi>{name === undefined ? t('batches.all') : batchName(name)}</bdi>
      </h2>
      {batchId !== null && <BatchMenu batchId={batchId} />}
    </>
  )
}

function StatusFilter() {
  const t = useText()
  const filter = useView((view) => view.filter)
  const totals = useShownTotals()
  const shown = filtersInBar(totals, filter)
  return (
    <SegmentedControl
      className={styles.filter}
      aria-label={t('list.show')}
      size="xs"
      value={shown.includes(filter) ? filter : ''}
      onChange={(value) => showStatus(shown.find((one) => one === value) ?? 'all')}
      data={shown.map((value) => ({
        value,
        label: `${t(`list.filters.${value}`)} ${formatCount(countInFilter(totals, value))}`,
      }))}
    />
  )
}

function Views() {
  const t = useText()
  const layout = useView((view) => view.layout)
  const details = useDetailsShown()
  return (
    <>
      <ToolButton
        label={layout === 'list' ? t('tools.showGrid') : t('tools.showList')}
        icon={layout === 'list' ? IconLayoutGrid : IconList}
        onClick={() => setLayout(layout === 'list' ? 'grid' : 'list')}
      />
      <ToolButton
        label={details ? t('tools.hideDetails') : t('tools.showDetails')}
        icon={IconLayoutSidebarRight}
        pressed={details}
        onClick={() => showDetails(!details)}
      />
    </>
  )
}

/** Removes finished files from the list: of the shown batch, or of all batches. */
function ClearFinished() {
  const t = useText()
  const run = useCommand()
  const online = useIsOnline()
  const batchId = useShownBatch()
  const totals = useShownTotals()
  const isEmpty = countOf(totals, can.removeFinished) === 0
  const clear = async () => {
    const target = batchId === null ? everything : { batchIds: [batchId] }
    await removeFiles(run, 'queue.removeFinished', target, countOf(totals, isOverUnstored))
  }
  return (
    <ToolButton
      label={t('list.clearFinished')}
      icon={IconEraser}
      disabled={!online || isEmpty}
      onClick={() => void clear()}
    />
  )
}
