/** The watched folders in the rail, each with where it stands; one shows its batch, or its settings before it has any. */
import { UnstyledButton } from '@mantine/core'
import { IconFolderSearch } from '@tabler/icons-react'
import { useId } from 'react'
import { escapeControls } from '../../../shared/protocol/escape-controls.ts'
import type { WatchRow } from '../../../shared/watched.ts'
import { useQueue } from '../../store/queue-store.ts'
import { openSettings, showBatch } from '../../store/view-store.ts'
import { formatCount } from '../../text/format.ts'
import { useText } from '../../text/use-text.ts'
import { watchName, watchText } from '../../text/watch-text.ts'
import styles from './batch-rail.module.css'

const none: readonly WatchRow[] = []

export function WatchedGroup() {
  const t = useText()
  const headingId = useId()
  const rows = useQueue(({ overview }) => overview?.watched ?? none)
  if (rows.length === 0) return null
  return (
    <section className={styles.group} aria-labelledby={headingId}>
      <h2 className={styles.groupHead} id={headingId}>
        {t('watched.title')} <span className={styles.groupCount}>{formatCount(rows.length)}</span>
      </h2>
      <ul className={styles.list}>
        {rows.map((row) => (
          <WatchedItem key={row.id} row={row} />
        ))}
      </ul>
    </section>
  )
}

function WatchedItem({ row }: { readonly row: WatchRow }) {
  const t = useText()
  const { batchId, state, folder } = row
  const isListed = useQueue(({ batches }) => batchId !== null && batches.has(batchId))
  const isAmber = state.phase === 'away' || state.phase === 'stopped'
  return (
    <li className={styles.item}>
      <IconFolderSearch size={26} stroke={1.5} className={styles.icon} aria-hidden="true" />
      <div className={styles.text}>
        <UnstyledButton
          className={styles.button}
          title={escapeControls(folder)}
          onClick={() => (isListed ? showBatch(batchId) : openSettings('watched'))}
        >
          <span className={styles.name}>
            <bdi>{escapeControls(watchName(row))}</bdi>
          </span>
        </UnstyledButton>
        <span className={styles.counts}>
          {isAmber ? <span className={styles.amber}>{watchText(row, t)}</span> : watchText(row, t)}
        </span>
      </div>
    </li>
  )
}
