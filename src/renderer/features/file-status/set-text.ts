/** What the row of a set says: the same as its files' where they agree, else how many of them are stored, and what of the others. */
import type { ItemRow } from '../../../shared/feed.ts'
import { extensionOf } from '../../../shared/file-kinds.ts'
import { setKeyOf } from '../../../shared/file-sets.ts'
import { escapeControls } from '../../../shared/protocol/escape-controls.ts'
import { type UploadStatus, uploadStatuses } from '../../../shared/upload.ts'
import type { ListRow } from '../../store/row-sets.ts'
import { t } from '../../text/i18n.ts'
import { type RowText, rowText } from './row-text.ts'

/**
 * @param row of the set
 * @param files its files' rows, the main one first
 * @param stall why a file of its state does not move; see `rowText`
 */
export function setText(
  row: ListRow,
  files: readonly ItemRow[],
  maxRetries: number,
  nowMs: number,
  stall: string,
): RowText {
  const text = rowText(row, maxRetries, nowMs, stall)
  const named = {
    ...text,
    name: commonName(row),
    parts: partsOf(files),
    files: t('sets.files', { count: files.length }),
  }
  const isAlike = files.every(({ state }) => state.status === row.state.status)
  const counts = { stored: row.set?.stored ?? 0, count: files.length }
  const status = isAlike ? text.status : t('sets.stored', counts)
  const details = [isAlike ? '' : countsText(files), stall || firstDetail(row, files, maxRetries, nowMs)]
  return { ...named, status, detail: details.filter((part) => part !== '').join(' · ') }
}

/** As the main file is spelt, without what tells the files apart. */
function commonName({ relativePath }: ListRow): string {
  const name = relativePath.slice(relativePath.lastIndexOf('/') + 1)
  return escapeControls(name.slice(0, setKeyOf(name)?.length ?? name.length))
}

/** `CR3 + JPG + XMP` */
function partsOf(files: readonly ItemRow[]): string {
  return files.map(({ relativePath }) => extensionOf(relativePath).toUpperCase()).join(' + ')
}

/** Of the files that are not stored: `1 failed · 2 queued`. */
function countsText(files: readonly ItemRow[]): string {
  const counts = new Map<UploadStatus, number>()
  for (const { state } of files) counts.set(state.status, (counts.get(state.status) ?? 0) + 1)
  return uploadStatuses
    .flatMap((status) => {
      const count = status === 'done' ? 0 : (counts.get(status) ?? 0)
      return count === 0 ? [] : [t('sets.count', { count, status: t(`status.${status}`) })]
    })
    .join(' · ')
}

/** What there is to say of one of the files, with its name: of one that is in the set's state before all others. */
function firstDetail(row: ListRow, files: readonly ItemRow[], maxRetries: number, nowMs: number): string {
  const speaks = files.filter(({ state }) => state.status === row.state.status)
  for (const file of [...speaks, ...files]) {
    const { name, detail } = rowText(file, maxRetries, nowMs)
    if (detail !== '') return t('sets.detail', { name, detail })
  }
  return ''
}
