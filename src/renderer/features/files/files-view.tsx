/** The middle of the window: what is shown, as a list or a grid, with what can be done to the chosen files. */
import { useEffect } from 'react'
import { followRemovals } from '../../store/selection-store.ts'
import { useShownIds } from '../../store/use-shown-ids.ts'
import { showEverything, useView } from '../../store/view-store.ts'
import { useText } from '../../text/use-text.ts'
import { useShortcuts } from '../shortcuts/use-file-shortcuts.ts'
import styles from './files-view.module.css'
import { GridView } from './grid-view.tsx'
import { ListToolbar } from './list-toolbar.tsx'
import { ListView } from './list-view.tsx'
import { SelectionBar } from './selection-bar.tsx'

export function FilesView() {
  const { ids } = useShownIds()
  const layout = useView((view) => view.layout)
  useShortcuts(ids)
  useEffect(followRemovals, [])
  return (
    <div className={styles.view}>
      <ListToolbar shown={ids.length} />
      <div className={styles.files}>
        {layout === 'list' ? <ListView ids={ids} /> : <GridView ids={ids} />}
        {ids.length === 0 && <NothingHere />}
        <SelectionBar />
      </div>
    </div>
  )
}

function NothingHere() {
  const t = useText()
  return (
    <div className={styles.nothing}>
      <strong>{t('empty.filtered')}</strong>
      <span>{t('empty.filteredLead')}</span>
      <button type="button" className={styles.link} onClick={showEverything}>
        {t('steer.showAll')}
      </button>
    </div>
  )
}
