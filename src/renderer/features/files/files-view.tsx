/** The middle of the window: the shown files as a list or a grid, with the toolbar and the selection bar. */
import { useEffect } from 'react'
import { followRemovals } from '../../store/selection-store.ts'
import { useShownRows } from '../../store/use-shown-rows.ts'
import { showEverything, useIsUnfiltered, useView } from '../../store/view-store.ts'
import { useText } from '../../text/use-text.ts'
import { useFileShortcuts } from '../shortcuts/use-file-shortcuts.ts'
import styles from './files-view.module.css'
import { GridView } from './grid-view.tsx'
import { ListToolbar } from './list-toolbar.tsx'
import { ListView } from './list-view.tsx'
import { SelectionBar } from './selection-bar.tsx'

export function FilesView() {
  const { shown, version } = useShownRows()
  const layout = useView((view) => view.layout)
  useFileShortcuts(shown)
  useEffect(followRemovals, [])
  return (
    <div className={styles.view}>
      <ListToolbar shown={shown.files} />
      <div className={styles.files}>
        {layout === 'list' ? <ListView shown={shown} version={version} /> : <GridView shown={shown} />}
        {shown.files === 0 && <NoFiles />}
        <SelectionBar />
      </div>
    </div>
  )
}

/** An empty batch, or a filter that matches no file. */
function NoFiles() {
  const t = useText()
  if (useIsUnfiltered()) {
    return (
      <div className={styles.nothing}>
        <strong>{t('tools.nothingYet')}</strong>
      </div>
    )
  }
  return (
    <div className={styles.nothing}>
      <strong>{t('tools.noMatch')}</strong>
      <span>{t('tools.noMatchLead')}</span>
      <button type="button" className={styles.link} onClick={showEverything}>
        {t('tools.showAll')}
      </button>
    </div>
  )
}
