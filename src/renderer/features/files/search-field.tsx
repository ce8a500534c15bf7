/** The search field: shows files whose path contains every word that is typed. */
import { IconSearch, IconX } from '@tabler/icons-react'
import { searchFor, useView } from '../../store/view-store.ts'
import { useText } from '../../text/use-text.ts'
import { searchFieldId } from '../shortcuts/use-file-shortcuts.ts'
import styles from './search-field.module.css'

export function SearchField() {
  const t = useText()
  const search = useView((view) => view.search)
  return (
    <search className={styles.search}>
      <IconSearch size={15} aria-hidden="true" />
      <input
        id={searchFieldId}
        className={styles.field}
        type="text"
        value={search}
        placeholder={t('tools.search')}
        aria-label={t('tools.search')}
        onChange={({ currentTarget }) => searchFor(currentTarget.value)}
        onKeyDown={({ key }) => key === 'Escape' && searchFor('')}
      />
      {search !== '' && (
        <button
          type="button"
          className={styles.clearSearch}
          aria-label={t('tools.clearSearch')}
          title={t('tools.clearSearch')}
          onClick={() => {
            searchFor('')
            document.getElementById(searchFieldId)?.focus()
          }}
        >
          <IconX size={14} />
        </button>
      )}
    </search>
  )
}
