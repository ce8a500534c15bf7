/** Says beside the heading what narrows the list to fewer files, with a way back to all. */
import { IconX } from '@tabler/icons-react'
import type { ViewState } from '../../store/view-store.ts'
import { showEverything, useView } from '../../store/view-store.ts'
import { useText, type Words } from '../../text/use-text.ts'
import styles from './list-toolbar.module.css'

/** @param shown how many files are left */
export function ListNote({ shown }: { readonly shown: number }) {
  const t = useText()
  const view = useView()
  const words = wordsFor(view, t)
  if (words.length === 0) return null
  return (
    <button type="button" className={styles.note} title={t('steer.showAll')} onClick={showEverything}>
      <span className={styles.noteWords}>
        {[...words, t('steer.matching', { count: shown })].join(' · ')}
      </span>
      <IconX size={13} aria-hidden="true" />
      <span className="pf-sr-only">{t('steer.showAll')}</span>
    </button>
  )
}

function wordsFor({ kind, reason, restart, search }: ViewState, t: Words): string[] {
  const words: string[] = []
  if (restart !== null) {
    const group = t(`restart.${restart.group}`, { amount: restart.ids.size })
    words.push(t('restart.shown', { group }))
  }
  if (reason !== null) words.push(t('steer.onlyReason'))
  if (kind !== null) words.push(t(`kinds.${kind}`))
  if (search.trim() !== '') words.push(`“${search.trim()}”`)
  return words
}
