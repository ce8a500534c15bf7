/** The contents of the picker's folder: folders to open, files to select. Arrow keys move, Enter opens or selects. */

import { UnstyledButton } from '@mantine/core'
import { IconCheck, IconCornerLeftUp, IconFolder } from '@tabler/icons-react'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, useRef } from 'react'
import type { FolderEntry, FolderListing } from '../../../shared/answers.ts'
import { escapeControls } from '../../../shared/protocol/escape-controls.ts'
import { formatBytes } from '../../text/format.ts'
import { type Translate, useText } from '../../text/use-text.ts'
import { fileIcon } from '../../ui/file-icon.ts'
import { indexAfterKey } from '../../ui/virtual-list/grid-keys.ts'
import { useListFocus } from '../../ui/virtual-list/use-list-focus.ts'
import styles from './folder-picker.module.css'

const entryHeight = 38
const rowsPerPage = 7

interface EntryListProps {
  readonly listing: FolderListing | null
  readonly loading: boolean
  readonly selected: ReadonlySet<string>
  readonly canSelectFiles: boolean
  readonly onOpen: (path: string) => void
  readonly onToggle: (path: string) => void
}

export function EntryList({ listing, loading, selected, canSelectFiles, onOpen, onToggle }: EntryListProps) {
  const t = useText()
  const scroller = useRef<HTMLDivElement>(null)
  const entries = entriesOf(listing, t('picker.up'))
  const virtual = useVirtualizer({
    count: entries.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => entryHeight,
    getItemKey: (index) => entries[index]?.path ?? index,
    overscan: 6,
  })
  const focusEntry = useListFocus(scroller, listing?.path ?? '')
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const current = Number((event.target as HTMLElement).dataset.index ?? 0)
    const next = indexAfterKey(event.key, current, { count: entries.length, columns: 1, page: rowsPerPage })
    if (next === null) return
    event.preventDefault()
    virtual.scrollToIndex(next)
    focusEntry(next)
  }
  return (
    <div className={styles.scroller} ref={scroller} aria-busy={loading} tabIndex={-1} data-autofocus>
      <ul className={styles.entries} aria-label={t('picker.list')} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start, key }) => {
          const entry = entries[index]
          if (entry === undefined) return null
          return (
            <li key={key} className={styles.entry} style={{ transform: `translateY(${start}px)` }}>
              <Entry
                entry={entry}
                index={index}
                up={entry.path === listing?.parent}
                selected={selected.has(entry.path)}
                disabled={entry.kind === 'file' && !canSelectFiles}
                onKeyDown={onKeyDown}
                onPress={() => (entry.kind === 'folder' ? onOpen(entry.path) : onToggle(entry.path))}
              />
            </li>
          )
        })}
      </ul>
      {listing !== null && listing.entries.length === 0 && <p className={styles.hint}>{t('picker.empty')}</p>}
    </div>
  )
}

interface EntryProps {
  readonly entry: FolderEntry
  readonly index: number
  readonly up: boolean
  readonly selected: boolean
  readonly disabled: boolean
  readonly onKeyDown: (event: KeyboardEvent<HTMLElement>) => void
  readonly onPress: () => void
}

function Entry({ entry, index, up, selected, disabled, onKeyDown, onPress }: EntryProps) {
  const t = useText()
  const FolderIcon = up ? IconCornerLeftUp : IconFolder
  const Icon = entry.kind === 'folder' ? FolderIcon : fileIcon(entry.name)
  return (
    <UnstyledButton
      className={styles.entryButton}
      data-index={index}
      data-kind={entry.kind}
      aria-pressed={entry.kind === 'file' && !disabled ? selected : undefined}
      aria-disabled={disabled || undefined}
      onKeyDown={onKeyDown}
      onClick={disabled ? undefined : onPress}
    >
      <Icon size={20} stroke={1.5} aria-hidden="true" />
      <bdi className={styles.entryName}>{escapeControls(entry.name)}</bdi>
      {selected && <IconCheck size={18} aria-hidden="true" />}
      <span className={styles.entrySize}>
        {entry.kind === 'file' ? formatBytes(entry.size) : insideText(entry, t)}
      </span>
    </UnstyledButton>
  )
}

/** What is in a folder; empty where nobody counted. */
function insideText({ inside }: FolderEntry, t: Translate): string {
  if (inside === undefined) return ''
  const { files, folders } = inside
  if (files + folders === 0) return t('picker.emptyFolder')
  return [
    ...(files > 0 ? [t('picker.files', { count: files })] : []),
    ...(folders > 0 ? [t('picker.folders', { count: folders })] : []),
  ].join(' · ')
}

/** The entries, preceded by the parent folder. */
function entriesOf(listing: FolderListing | null, up: string): readonly FolderEntry[] {
  if (listing === null) return []
  if (listing.parent === null) return listing.entries
  return [{ name: up, path: listing.parent, kind: 'folder', size: 0 }, ...listing.entries]
}
