/** Beside the files: the details of the current file, or the count and size of the selected ones. */

import { CloseButton } from '@mantine/core'
import { useMemo } from 'react'
import { escapeControls } from '../../../shared/protocol/escape-controls.ts'
import { useQueue, useRow } from '../../store/queue-store.ts'
import { isSetId, type ListRow } from '../../store/row-sets.ts'
import { useSelection } from '../../store/selection-store.ts'
import { showDetails } from '../../store/view-store.ts'
import { formatBytes, formatPercent, formatSpeed } from '../../text/format.ts'
import { useText } from '../../text/use-text.ts'
import { ShortenedName } from '../../ui/shortened-name.tsx'
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
  const table = useQueue((state) => state.table)
  const isSet = current !== null && isSetId(current) && isAmong(ids, table.filesOf(current))
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
      {isSet ? (
        <OneSet key={current} id={current} />
      ) : ids.size > 1 ? (
        <ManyFiles ids={ids} />
      ) : current === null ? (
        <p className={styles.nothing}>{t('detail.nothing')}</p>
      ) : (
        <OneFile key={current} id={current} />
      )}
    </aside>
  )
}

/** Whether nothing but files of a set is selected. */
function isAmong(ids: ReadonlySet<string>, files: readonly string[]): boolean {
  return ids.size <= files.length && [...ids].every((itemId) => files.includes(itemId))
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
  const own = useMemo(() => [id], [id])
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
      <Actions ids={own} />
      <FileDetails row={row} />
    </>
  )
}

/** A set is told of by its main file; its others are named with what became of them. */
function OneSet({ id }: { readonly id: string }) {
  const t = useText()
  const row = useRow(id)
  const text = useRowText(row)
  if (row?.set === undefined || text === null) return null
  const { itemIds } = row.set
  return (
    <>
      <div className={styles.picture}>
        <Thumbnail itemId={itemIds[0] ?? ''} path={row.relativePath} size="detail" />
      </div>
      <h2 className={styles.name}>
        <bdi>{text.name}</bdi>
      </h2>
      <FileState row={row} />
      <Actions ids={itemIds} />
      <section className={styles.section}>
        <h3 className={styles.heading}>{t('sets.title')}</h3>
        <ul className={styles.members}>
          {itemIds.map((itemId) => (
            <Member key={itemId} id={itemId} />
          ))}
        </ul>
      </section>
      <MainFile id={itemIds[0] ?? ''} />
    </>
  )
}

function Member({ id }: { readonly id: string }) {
  const row = useRow(id)
  const text = useRowText(row)
  if (row === undefined || text === null) return null
  return (
    <li className={styles.member}>
      <ShortenedName name={text.name} />
      <span className={styles.soft}>{formatBytes(row.size)}</span>
      <StatusLabel status={row.state.status} text={text.status} />
    </li>
  )
}

function MainFile({ id }: { readonly id: string }) {
  const row = useRow(id)
  return row === undefined ? null : <FileDetails row={row} />
}

/** Status, speed, percentage and bar of the file, and what its row says in full. */
function FileState({ row }: { readonly row: ListRow }) {
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

function Actions({ ids }: { readonly ids: readonly string[] }) {
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
