/** The field that searches batches by name. */
import { IconSearch } from '@tabler/icons-react'
import { useText } from '../../text/use-text.ts'
import styles from './batch-rail.module.css'

interface RailSearchProps {
  readonly search: string
  readonly onSearch: (search: string) => void
}

export function RailSearch({ search, onSearch }: RailSearchProps) {
  const t = useText()
  return (
    <search className={styles.search}>
      <IconSearch size={14} aria-hidden="true" />
      <input
        type="text"
        className={styles.searchField}
        value={search}
        placeholder={t('batches.search')}
        aria-label={t('batches.search')}
        onChange={({ currentTarget }) => onSearch(currentTarget.value)}
        onKeyDown={({ key }) => key === 'Escape' && onSearch('')}
      />
    </search>
  )
}
