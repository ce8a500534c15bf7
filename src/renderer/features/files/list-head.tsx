/** The column headers; each sorts the list by its column, and in reverse order when pressed again. */
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react'
import type { SortColumn } from '../../store/list-query.ts'
import { sortBy, useView } from '../../store/view-store.ts'
import { useText } from '../../text/use-text.ts'
import styles from './list-view.module.css'

const columns = ['name', 'kind', 'size', 'progress', 'speed'] as const satisfies readonly SortColumn[]

export function ListHead() {
  const t = useText()
  return (
    <thead className={styles.head}>
      <tr aria-rowindex={1} className={styles.headRow}>
        {columns.map((column) => (
          <ColumnHead key={column} column={column} />
        ))}
        <th scope="col" className={styles.headCell} data-column="actions">
          <span className="pf-sr-only">{t('list.columns.actions')}</span>
        </th>
      </tr>
    </thead>
  )
}

function ColumnHead({ column }: { readonly column: (typeof columns)[number] }) {
  const t = useText()
  const sorted = useView(({ sort }) => (sort.column === column ? (sort.descending ? 'down' : 'up') : null))
  const Chevron = sorted === 'down' ? IconChevronDown : IconChevronUp
  return (
    <th
      scope="col"
      className={styles.headCell}
      data-column={column}
      aria-sort={sorted === null ? 'none' : sorted === 'up' ? 'ascending' : 'descending'}
    >
      <button type="button" className={styles.headButton} onClick={() => sortBy(column)}>
        {t(`list.columns.${column}`)}
        <Chevron size={13} aria-hidden="true" data-shown={sorted !== null || undefined} />
      </button>
    </th>
  )
}
