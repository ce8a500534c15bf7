/** One file as a row of the list; renders again only when its own data, its position or its selection changes. */

import { memo, type RefObject, useEffect, useRef } from 'react'
import { kindOf } from '../../../shared/file-kinds.ts'
import { escapeControls } from '../../../shared/protocol/escape-controls.ts'
import type { UploadStatus } from '../../../shared/upload.ts'
import { useIsOnline } from '../../store/connection-store.ts'
import { useRow } from '../../store/queue-store.ts'
import { useIsSelected } from '../../store/selection-store.ts'
import { formatBytes, formatPercent, formatSpeed } from '../../text/format.ts'
import { useText } from '../../text/use-text.ts'
import { ShortenedName } from '../../ui/shortened-name.tsx'
import { FileBar, StatusLabel, useRowText } from '../file-status/file-progress.tsx'
import { type RowText, rowLabel } from '../file-status/row-text.ts'
import { Thumbnail } from '../thumbnail/thumbnail.tsx'
import styles from './file-row.module.css'
import { RowActions } from './row-actions.tsx'

interface FileRowProps {
  readonly id: string
  readonly index: number
  /** Pixels from the top of the list. */
  readonly top: number
  readonly current: boolean
  /** Whether the last focused element was inside the list. */
  readonly isFocusInside: RefObject<boolean>
  /** Whether a heading names its folder, so that only screen readers need it here. */
  readonly isGrouped: boolean
}

export const FileRow = memo(function FileRow(props: FileRowProps) {
  const { id, index, top, current, isFocusInside, isGrouped } = props
  const t = useText()
  const row = useRow(id)
  const selected = useIsSelected(id)
  const online = useIsOnline()
  const text = useRowText(row)
  const element = useKeptFocus(current, isFocusInside, row?.state.status)
  if (row === undefined || text === null) return null
  return (
    <tr
      ref={element}
      className={styles.row}
      style={{ transform: `translateY(${top}px)` }}
      aria-label={rowLabel(text)}
      aria-rowindex={index + 2}
      aria-selected={selected}
      data-index={index}
      data-status={row.state.status}
      tabIndex={current ? 0 : -1}
    >
      <NameCell id={id} text={text} path={row.relativePath} isGrouped={isGrouped} />
      <td className={styles.kind}>{t(`kinds.${kindOf(text.name).group}`)}</td>
      <td className={styles.size}>{formatBytes(row.size)}</td>
      <ProgressCell status={row.state.status} text={text} />
      <td className={styles.speed}>{formatSpeed(online ? row.bytesPerSecond : null)}</td>
      <td className={styles.actions}>
        <RowActions itemId={id} status={row.state.status} tabStop={current} />
      </td>
    </tr>
  )
})

interface NameCellProps {
  readonly id: string
  readonly text: RowText
  readonly path: string
  readonly isGrouped: boolean
}

function NameCell({ id, text, path, isGrouped }: NameCellProps) {
  const t = useText()
  const folder = text.folder === '' ? t('list.topFolder') : text.folder
  return (
    <td className={styles.nameCell} title={escapeControls(path)}>
      <Thumbnail itemId={id} path={path} size="row" />
      <div className={styles.nameText}>
        <ShortenedName className={styles.name} name={text.name} />
        {isGrouped ? (
          <span className="pf-sr-only">{folder}</span>
        ) : (
          <ShortenedName className={styles.folder} name={folder} />
        )}
      </div>
    </td>
  )
}

function ProgressCell({ status, text }: { readonly status: UploadStatus; readonly text: RowText }) {
  return (
    <td className={styles.progress} title={text.detail === '' ? undefined : text.detail}>
      <div className={styles.statusLine}>
        <StatusLabel status={status} text={text.status} />
        <span className={styles.percent}>{formatPercent(text.percent)}</span>
      </div>
      <div className={styles.detail}>{text.detail}</div>
      <FileBar status={status} text={text} />
    </td>
  )
}

/** When a focused button disappears, as `Cancel` does, its row gets the focus. */
function useKeptFocus(current: boolean, isFocusInside: RefObject<boolean>, status: string | undefined) {
  const element = useRef<HTMLTableRowElement>(null)
  useEffect(() => {
    const isLost = document.activeElement === document.body && isFocusInside.current
    if (status !== undefined && current && isLost) element.current?.focus({ preventScroll: true })
  }, [status, current, isFocusInside])
  return element
}
