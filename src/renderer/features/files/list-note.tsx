/** Says beside the heading what the list is filtered by, as a button that removes the filters. */
import { IconX } from '@tabler/icons-react'
import { showEverything, useView, type ViewState } from '../../store/view-store.ts'
import { type Translate, useText } from '../../text/use-text.ts'
import styles from './list-toolbar.module.css'

/** @param shown count of files that match */
export function ListNote({ shown }: { readonly shown: number }) {
  const t = useText()
  const view = useView()
  const parts = filterTexts(view, t)
  if (parts.length === 0) return null
  return (
    <button type="button" className={styles.note} title={t('tools.showAll')} onClick={showEverything}>
      <span className={styles.noteText}>{[...parts, t('tools.matching', { count: shown })].join(' · ')}</span>
      <IconX size={13} aria-hidden="true" />
      <span className="pf-sr-only">{t('tools.showAll')}</span>
    </button>
  )
}

function filterTexts({ kind, reason, restart, search }: ViewState, t: Translate): string[] {
  const texts: string[] = []
  if (restart !== null) {
    const group = t(`restart.${restart.group}`, { amount: restart.ids.size })
    texts.push(t('restart.shown', { group }))
  }
  if (reason !== null) texts.push(t('tools.onlyReason'))
  if (kind !== null) texts.push(t(`kinds.${kind}`))
  if (search.trim() !== '') texts.push(`“${search.trim()}”`)
  return texts
}
