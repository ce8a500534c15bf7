/** One file as a row of the list; renders again only when its own data, its position or its selection changes. */

import { IconChevronRight } from '@tabler/icons-react'
import { memo, type RefObject, useEffect, useRef } from 'react'
import { kindOf } from '../../../shared/file-kinds.ts'
import { escapeControls } from '../../../shared/protocol/escape-controls.ts'
import type { UploadStatus } from '../../../shared/upload.ts'
import { useIsOnline } from '../../store/connection-store.ts'
import { useRow } from '../../store/queue-store.ts'
import type { ListRow } from '../../store/row-sets.ts'
import { isSetId } from '../../store/row-sets.ts'
import { useIsSelected } from '../../store/selection-store.ts'
import { openSet, useView } from '../../store/view-store.ts'
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
  /** 2 for a file of an opened set, 1 for any other row; null in a list without sets. */
  readonly level: 1 | 2 | null
}

export const FileRow = memo(function FileRow(props: FileRowProps) {
  const { id, index, top, current, isFocusInside, isGrouped, level } = props
  const t = useText()
  const row = useRow(id)
  const selected = useIsSelected(id)
  const online = useIsOnline()
  const text = useRowText(row)
  const isOpen = useView((view) => view.openSets.has(id))
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
      aria-level={level ?? undefined}
      aria-expanded={row.set && isOpen}
      data-index={index}
      data-status={row.state.status}
      tabIndex={current ? 0 : -1}
    >
      <NameCell row={row} text={text} isGrouped={isGrouped} isOpen={isOpen} />
      <td className={styles.kind}>{t(`kinds.${kindOf(row.relativePath).group}`)}</td>
      <td className={styles.size}>{formatBytes(row.size)}</td>
      <ProgressCell status={row.state.status} text={text} />
      <td className={styles.speed}>{formatSpeed(online ? row.bytesPerSecond : null)}</td>
      <td className={styles.actions}>
        <RowActions row={row} tabStop={current} />
      </td>
    </tr>
  )
})

interface NameCellProps {
  readonly row: ListRow
  readonly text: RowText
  readonly isGrouped: boolean
  /** Whether the files of the set are shown. */
  readonly isOpen: boolean
}

function NameCell({ row, text, isGrouped, isOpen }: NameCellProps) {
  const t = useText()
  const { id, relativePath: path } = row
  const folder = text.folder === '' ? t('list.topFolder') : text.folder
  return (
    <td className={styles.nameCell} title={escapeControls(path)}>
      <Thumbnail itemId={row.set?.itemIds[0] ?? id} path={path} size="row" />
      {isSetId(id) && <Disclosure id={id} name={text.name} isOpen={isOpen} />}
      <div className={styles.nameText}>
        <span className={styles.nameLine}>
          <ShortenedName className={styles.name} name={text.name} />
          {text.parts !== '' && <span className={styles.parts}>{text.parts}</span>}
        </span>
        {isGrouped ? (
          <bdi className="pf-sr-only">{folder}</bdi>
        ) : (
          <ShortenedName className={styles.folder} name={folder} />
        )}
      </div>
    </td>
  )
}

interface DisclosureProps {
  readonly id: string
  readonly name: string
  readonly isOpen: boolean
}

/** Not a stop of Tab: the arrow keys open and close the row. */
function Disclosure({ id, name, isOpen }: DisclosureProps) {
  const t = useText()
  const label = t(isOpen ? 'sets.close' : 'sets.open', { name })
  return (
    <button
      type="button"
      className={styles.disclosure}
      aria-label={label}
      aria-expanded={isOpen}
      title={label}
      tabIndex={-1}
      onClick={() => openSet(id)}
    >
      <IconChevronRight size={14} aria-hidden="true" />
    </button>
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
