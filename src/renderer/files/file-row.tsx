/** One file as a row of the grid; renders again only when its own row, its place or its tab stop changed. */
import { useMergedRef } from '@mantine/hooks'
import { memo, useEffect, useRef } from 'react'
import type { ItemRow } from '../../shared/feed.ts'
import { useApp } from '../store/app-store.ts'
import { useRow } from '../store/queue-store.ts'
import { formatBytes, formatPercent, formatSpeed, splitName } from '../text/format.ts'
import { useText } from '../text/use-text.ts'
import { Thumbnail } from '../thumbnail/thumbnail.tsx'
import styles from './file-row.module.css'
import { ProgressBar } from './progress-bar.tsx'
import { RowActions } from './row-actions.tsx'
import { type RowWords, rowLabel, wordsOfRow } from './row-words.ts'
import { statusLook } from './status-look.ts'

interface FileRowProps {
  readonly id: string
  readonly index: number
  /** Pixels from the top of the list. */
  readonly top: number
  readonly current: boolean
  /** Told the row's element, whose height depends on what the row says. */
  readonly measure: (element: HTMLTableRowElement | null) => void
}

export const FileRow = memo(function FileRow({ id, index, top, current, measure }: FileRowProps) {
  useText()
  const row = useRow(id)
  const maxRetries = useApp((app) => app.settings.maxRetries)
  const ref = useMergedRef(useKeptFocus(row?.state.status), measure)
  if (row === undefined) return null
  const words = wordsOfRow(row, maxRetries, Date.now())
  return (
    <tr
      ref={ref}
      className={styles.row}
      style={{ transform: `translateY(${top}px)` }}
      aria-label={rowLabel(words)}
      aria-rowindex={index + 2}
      data-index={index}
      data-status={row.state.status}
      tabIndex={current ? 0 : -1}
    >
      <NameCell id={id} words={words} path={row.relativePath} />
      <td className={styles.size}>{formatBytes(row.size)}</td>
      <ProgressCell row={row} words={words} />
      <td className={styles.speed}>{formatSpeed(row.bytesPerSecond)}</td>
      <td className={styles.actions}>
        <RowActions itemId={id} status={row.state.status} tabStop={current} />
      </td>
    </tr>
  )
})

interface NameCellProps {
  readonly id: string
  readonly words: RowWords
  readonly path: string
}

function NameCell({ id, words, path }: NameCellProps) {
  const t = useText()
  return (
    <td className={styles.nameCell} title={path}>
      <Thumbnail itemId={id} path={path} size="row" />
      <div className={styles.nameWords}>
        <bdi className={styles.name}>
          <MiddleCut words={words.name} />
        </bdi>
        <bdi className={styles.folder}>
          <MiddleCut words={words.folder === '' ? t('list.topFolder') : words.folder} />
        </bdi>
      </div>
    </td>
  )
}

/** Words that a narrow column shortens in their middle. */
function MiddleCut({ words }: { readonly words: string }) {
  const { head, tail } = splitName(words)
  return (
    <>
      <span className={styles.head}>{head}</span>
      <span className={styles.tail}>{tail}</span>
    </>
  )
}

function ProgressCell({ row, words }: { readonly row: ItemRow; readonly words: RowWords }) {
  const t = useText()
  const look = statusLook[row.state.status]
  const percent = formatPercent(words.percent)
  return (
    <td className={styles.progress}>
      <div className={styles.statusLine}>
        <span className={styles.status} data-tone={look.tone}>
          <look.icon size={15} aria-hidden="true" />
          {words.status}
        </span>
        <span className={styles.percent}>{percent}</span>
      </div>
      <ProgressBar
        percent={words.percent}
        look={look.bar}
        label={t('list.progressLabel', { name: words.name })}
        valueText={`${words.status}, ${percent}`}
      />
      {words.detail !== '' && (
        <div className={styles.detail} data-tone={look.tone}>
          {words.detail}
        </div>
      )}
    </td>
  )
}

/** A button that vanishes under the focus, as `Cancel` does, hands the focus to its row and not to nowhere. */
function useKeptFocus(status: string | undefined) {
  const element = useRef<HTMLTableRowElement>(null)
  const hadFocus = useRef(false)
  useEffect(() => {
    const row = element.current
    if (row === null) return
    const remember = () => {
      hadFocus.current = true
    }
    const forget = () => {
      hadFocus.current = false
    }
    row.addEventListener('focusin', remember)
    // Only a focus that moved elsewhere is reported; one whose element vanished is not, or names no successor.
    const moved = (event: FocusEvent) => {
      if (event.relatedTarget !== null) forget()
    }
    row.addEventListener('focusout', moved)
    return () => {
      row.removeEventListener('focusin', remember)
      row.removeEventListener('focusout', moved)
    }
  }, [])
  useEffect(() => {
    if (status !== undefined && hadFocus.current && document.activeElement === document.body) {
      element.current?.focus({ preventScroll: true })
    }
  }, [status])
  return element
}
