/** The rail of batches: "All files", then what is under way, what needs the person, and what is finished. In a narrow window a horizontal strip. */
import { UnstyledButton } from '@mantine/core'
import { IconStack2 } from '@tabler/icons-react'
import { useState } from 'react'
import { outcomeOf } from '../../../shared/outcome.ts'
import { useQueue } from '../../store/queue-store.ts'
import { useShownBatch } from '../../store/use-shown-batch.ts'
import { showBatch } from '../../store/view-store.ts'
import { useText } from '../../text/use-text.ts'
import { SearchBox } from '../../ui/search-box.tsx'
import { BatchCounts } from './batch-counts.tsx'
import { BatchGroup } from './batch-group.tsx'
import styles from './batch-rail.module.css'
import { railGroups, useRailGroups } from './rail-groups.ts'
import { WatchedGroup } from './watched-group.tsx'

/** From so many batches on they can be searched. */
const searchedFrom = 20

export function BatchRail() {
  const t = useText()
  const [search, setSearch] = useState('')
  const canSearch = useQueue((state) => state.batchIds.length >= searchedFrom)
  const searched = canSearch ? search.trim() : ''
  const groups = useRailGroups(searched)
  const selected = useShownBatch()
  const isEmpty = searched !== '' && railGroups.every((group) => groups[group].length === 0)
  return (
    <nav aria-label={t('batches.title')} className={styles.rail}>
      {canSearch && (
        <SearchBox
          className={styles.search}
          search={search}
          onSearch={setSearch}
          label={t('batches.search')}
        />
      )}
      <ul className={styles.list}>
        <AllFiles selected={selected === null} />
      </ul>
      {railGroups.map((group) => (
        <BatchGroup
          key={group}
          group={group}
          ids={groups[group]}
          selected={selected}
          searched={searched !== ''}
        />
      ))}
      {searched === '' && <WatchedGroup />}
      <p className={styles.none} role="status">
        {isEmpty && t('batches.noMatch')}
      </p>
    </nav>
  )
}

function AllFiles({ selected }: { readonly selected: boolean }) {
  const t = useText()
  const totals = useQueue((state) => state.overview?.totals)
  return (
    <li className={styles.item} data-selected={selected || undefined}>
      <IconStack2 size={26} stroke={1.5} className={styles.icon} aria-hidden="true" />
      <div className={styles.text}>
        <UnstyledButton
          className={styles.button}
          aria-current={selected ? 'true' : undefined}
          onClick={() => showBatch(null)}
        >
          <span className={styles.name}>{t('batches.all')}</span>
        </UnstyledButton>
        {totals !== undefined && <BatchCounts outcome={outcomeOf(totals)} batchId={null} />}
      </div>
    </li>
  )
}
