/** Above the files: which batch it is, search, filters, order, list or grid. */
import { SegmentedControl } from '@mantine/core'
import { IconLayoutGrid, IconLayoutSidebarRight, IconList } from '@tabler/icons-react'
import { useQueue } from '../../store/queue-store.ts'
import { countInFilter, mainFilters } from '../../store/status-groups.ts'
import { useShownBatch, useShownTotals } from '../../store/use-shown-batch.ts'
import { setLayout, showDetails, showStatus, useDetailsShown, useView } from '../../store/view-store.ts'
import { formatCount } from '../../text/format.ts'
import { useText } from '../../text/use-text.ts'
import { ToolButton } from '../../ui/tool-button.tsx'
import { BatchMenu } from '../batches/batch-menu.tsx'
import { ClearFinished } from './clear-finished.tsx'
import { FilterMenu } from './filter-menu.tsx'
import { ListNote } from './list-note.tsx'
import styles from './list-toolbar.module.css'
import { SearchField } from './search-field.tsx'
import { SortMenu } from './sort-menu.tsx'

/** @param shown how many files the list holds */
export function ListToolbar({ shown }: { readonly shown: number }) {
  return (
    <div className={styles.toolbar}>
      <div className={styles.heading}>
        <Heading />
        <ListNote shown={shown} />
      </div>
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
      <h2 className={styles.title} title={name}>
        <bdi>{name ?? t('batches.all')}</bdi>
      </h2>
      {batchId !== null && <BatchMenu batchId={batchId} />}
    </>
  )
}

function StatusFilter() {
  const t = useText()
  const filter = useView((view) => view.filter)
  const totals = useShownTotals()
  return (
    <SegmentedControl
      className={styles.filter}
      aria-label={t('list.show')}
      size="xs"
      value={mainFilters.some((one) => one === filter) ? filter : ''}
      onChange={(value) => showStatus(mainFilters.find((one) => one === value) ?? 'all')}
      data={mainFilters.map((value) => ({
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
        label={layout === 'list' ? t('steer.showGrid') : t('steer.showList')}
        icon={layout === 'list' ? IconLayoutGrid : IconList}
        onClick={() => setLayout(layout === 'list' ? 'grid' : 'list')}
      />
      <ToolButton
        label={details ? t('steer.hideDetails') : t('steer.showDetails')}
        icon={IconLayoutSidebarRight}
        pressed={details}
        onClick={() => showDetails(!details)}
      />
    </>
  )
}
