/** A field that searches while one types; Escape empties it. */
import { IconSearch } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import styles from './search-box.module.css'

interface SearchBoxProps {
  /** What is searched for now. */
  readonly search: string
  readonly onSearch: (search: string) => void
  readonly label: string
  /** Of the input. */
  readonly id?: string
  /** Places the box among what is around it. */
  readonly className?: string | undefined
  /** Behind the input. */
  readonly children?: ReactNode
}

export function SearchBox({ search, onSearch, label, id, className = '', children }: SearchBoxProps) {
  return (
    <search className={`${styles.search} ${className}`}>
      <IconSearch size={15} aria-hidden="true" />
      <input
        {...(id !== undefined && { id })}
        className={styles.field}
        type="text"
        value={search}
        placeholder={label}
        aria-label={label}
        onChange={({ currentTarget }) => onSearch(currentTarget.value)}
        onKeyDown={({ key }) => key === 'Escape' && onSearch('')}
      />
      {children}
    </search>
  )
}
