/** One file as a row of the list; renders again only when its own row, its place or its being chosen changed. */
import { memo, type RefObject, useEffect, useRef } from 'react'
import { kindOf } from '../../../shared/file-kinds.ts'
import type { UploadStatus } from '../../../shared/upload.ts'
import { useRow } from '../../store/queue-store.ts'
import { useIsChosen } from '../../store/selection-store.ts'
import { formatBytes, formatPercent, formatSpeed, splitName } from '../../text/format.ts'
import { useText } from '../../text/use-text.ts'
import { FileBar, StatusWords, useRowWords } from '../file-status/file-progress.tsx'
import { type RowWords, rowLabel } from '../file-status/row-text.ts'
import { Thumbnail } from '../thumbnail/thumbnail.tsx'
import styles from './file-row.module.css'
import { RowActions } from './row-actions.tsx'

interface FileRowProps {
  readonly id: string
  readonly index: number
  /** Pixels from the top of the list. */
  readonly top: number
  readonly current: boolean
  /** Whether the focus was last seen in the list. */
  readonly isFocusInside: RefObject<boolean>
}

export const FileRow = memo(function FileRow({ id, index, top, current, isFocusInside }: FileRowProps) {
  const t = useText()
  const row = useRow(id)
  const chosen = useIsChosen(id)
  const words = useRowWords(row)
  const element = useKeptFocus(current, isFocusInside, row?.state.status)
  if (row === undefined || words === null) return null
  return (
    <tr
      ref={element}
      className={styles.row}
      style={{ transform: `translateY(${top}px)` }}
      aria-label={rowLabel(words)}
      aria-rowindex={index + 2}
      aria-selected={chosen}
      data-index={index}
      data-status={row.state.status}
      tabIndex={current ? 0 : -1}
    >
      <NameCell id={id} words={words} path={row.relativePath} />
      <td className={styles.kind}>{t(`kinds.${kindOf(words.name).group}`)}</td>
      <td className={styles.size}>{formatBytes(row.size)}</td>
      <ProgressCell status={row.state.status} words={words} />
      <td className={styles.speed}>{formatSpeed(row.bytesPerSecond)}</td>
      <td className={styles.actions}>
        <RowActions itemId={id} status={row.state.status} tabStop={current} />
      </td>
    </tr>
  )
})

function NameCell({
  id,
  words,
  path,
}: {
  readonly id: string
  readonly words: RowWords
  readonly path: string
}) {
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

function ProgressCell({ status, words }: { readonly status: UploadStatus; readonly words: RowWords }) {
  return (
    <td className={styles.progress} title={words.detail === '' ? undefined : words.detail}>
      <div className={styles.statusLine}>
        <StatusWords status={status} words={words.status} />
        <span className={styles.percent}>{formatPercent(words.percent)}</span>
      </div>
      <div className={styles.detail}>{words.detail}</div>
      <FileBar status={status} words={words} />
    </td>
  )
}

/** A button that vanishes under the focus, as `Cancel` does, hands the focus to its row and not to nowhere. */
function useKeptFocus(current: boolean, isFocusInside: RefObject<boolean>, status: string | undefined) {
  const element = useRef<HTMLTableRowElement>(null)
  useEffect(() => {
    const isLost = document.activeElement === document.body && isFocusInside.current
    if (status !== undefined && current && isLost) element.current?.focus({ preventScroll: true })
  }, [status, current, isFocusInside])
  return element
}
