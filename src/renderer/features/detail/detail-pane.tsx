/** Beside the files: the details of the current file, or the count and size of the selected ones. */

import { CloseButton } from '@mantine/core'
import { useMemo } from 'react'
import type { ItemRow } from '../../../shared/feed.ts'
import { escapeControls } from '../../../shared/protocol/escape-controls.ts'
import { useRow } from '../../store/queue-store.ts'
import { useSelection } from '../../store/selection-store.ts'
import { showDetails } from '../../store/view-store.ts'
import { formatBytes, formatPercent, formatSpeed } from '../../text/format.ts'
import { useText } from '../../text/use-text.ts'
import { fileActions } from '../file-actions/file-actions.ts'
import { useActionLabel, useFileActions, useTotalBytes } from '../file-actions/use-file-actions.ts'
import { FileBar, StatusLabel, useRowText } from '../file-status/file-progress.tsx'
import { Thumbnail } from '../thumbnail/thumbnail.tsx'
import styles from './detail.module.css'
import { FileDetails } from './file-details.tsx'

export function DetailPane() {
  const t = useText()
  const current = useSelection((selection) => selection.current)
  const ids = useSelection((selection) => selection.ids)
  return (
    <aside className={styles.pane} aria-label={t('detail.title')}>
      <div className={styles.top}>
        <span>{t('detail.title')}</span>
        <CloseButton
          aria-label={t('detail.close')}
          title={t('detail.close')}
          onClick={() => showDetails(false)}
        />
      </div>
      {ids.size > 1 ? (
        <ManyFiles ids={ids} />
      ) : current === null ? (
        <p className={styles.nothing}>{t('detail.nothing')}</p>
      ) : (
        <OneFile key={current} id={current} />
      )}
    </aside>
  )
}

function ManyFiles({ ids }: { readonly ids: ReadonlySet<string> }) {
  const t = useText()
  const bytes = useTotalBytes(ids)
  const some = [...ids].slice(0, 4)
  return (
    <div className={styles.many}>
      <div className={styles.stack} aria-hidden="true">
        {some.map((id) => (
          <StackedThumbnail key={id} id={id} />
        ))}
      </div>
      <h2 className={styles.name}>{t('detail.many', { count: ids.size })}</h2>
      <p className={styles.soft}>{t('detail.together', { size: formatBytes(bytes) })}</p>
    </div>
  )
}

function StackedThumbnail({ id }: { readonly id: string }) {
  const name = useRow(id)?.relativePath
  return name === undefined ? null : (
    <span className={styles.stacked}>
      <Thumbnail itemId={id} path={name} size="detail" />
    </span>
  )
}

function OneFile({ id }: { readonly id: string }) {
  const row = useRow(id)
  if (row === undefined) return null
  const name = row.relativePath.slice(row.relativePath.lastIndexOf('/') + 1)
  return (
    <>
      <div className={styles.picture}>
        <Thumbnail itemId={id} path={name} size="detail" />
      </div>
      <h2 className={styles.name}>
        <bdi>{escapeControls(name)}</bdi>
      </h2>
      <FileState row={row} />
      <Actions id={id} />
      <FileDetails row={row} />
    </>
  )
}

/** Status, speed, percentage and bar of the file, and what its row says in full. */
function FileState({ row }: { readonly row: ItemRow }) {
  useText()
  const text = useRowText(row)
  if (text === null) return null
  const { status } = row.state
  return (
    <div className={styles.state}>
      <div className={styles.stateLine}>
        <StatusLabel status={status} text={text.status} />
        <span className={styles.soft}>
          {[formatSpeed(row.bytesPerSecond), formatPercent(text.percent)]
            .filter((part) => part !== '')
            .join(' · ')}
        </span>
      </div>
      <FileBar status={status} text={text} />
      {text.detail !== '' && (
        <p className={styles.detail} data-tone={status === 'failed' ? 'bad' : 'soft'}>
          {text.detail}
        </p>
      )}
    </div>
  )
}

function Actions({ id }: { readonly id: string }) {
  const ids = useMemo(() => [id], [id])
  const offered = useFileActions(ids)
  const labelOf = useActionLabel()
  return (
    <div className={styles.actions}>
      {offered
        .filter(({ count }) => count > 0)
        .map(({ name, run }) => {
          const Icon = fileActions[name].icon
          return (
            <button type="button" key={name} className={styles.action} onClick={run} title={labelOf(name)}>
              <Icon size={16} stroke={1.7} />
              <span>{labelOf(name)}</span>
            </button>
          )
        })}
    </div>
  )
}
