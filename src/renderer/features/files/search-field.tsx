/** The search field: shows files whose path contains every word that is typed. */
import { IconX } from '@tabler/icons-react'
import { searchFor, useView } from '../../store/view-store.ts'
import { useText } from '../../text/use-text.ts'
import { SearchBox } from '../../ui/search-box.tsx'
import { searchFieldId } from '../shortcuts/use-file-shortcuts.ts'
import styles from './search-field.module.css'

export function SearchField() {
  const t = useText()
  const search = useView((view) => view.search)
  return (
    <SearchBox
      id={searchFieldId}
      className={styles.search}
      search={search}
      onSearch={searchFor}
      label={t('tools.search')}
    >
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
    </SearchBox>
  )
}
