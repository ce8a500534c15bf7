/** Above the list: what it shows, the filter by status, and what can be done to the chosen batch. */
import { ActionIcon, Menu, SegmentedControl, UnstyledButton } from '@mantine/core'
import { IconDotsVertical } from '@tabler/icons-react'
import { useConnection } from '../bridge/connection.ts'
import { useCommand } from '../bridge/use-bridge.ts'
import { showAlert } from '../store/alert-store.ts'
import { useQueue } from '../store/queue-store.ts'
import { can, countInFilter, countOf, mainFilters } from '../store/status-groups.ts'
import { useShownBatch } from '../store/use-shown-batch.ts'
import { showStatus, useView } from '../store/view-store.ts'
import { formatCount } from '../text/format.ts'
import { useText } from '../text/use-text.ts'
import styles from './list-toolbar.module.css'

export function ListToolbar() {
  const t = useText()
  const batchId = useShownBatch()
  const filter = useView((view) => view.filter)
  const batch = useQueue((state) => (batchId === null ? undefined : state.batches.get(batchId)))
  const allTotals = useQueue((state) => state.overview?.totals)
  const totals = batch?.totals ?? allTotals
  return (
    <div className={styles.toolbar}>
      <h2 className={styles.title} title={batch?.name}>
        <bdi>{batch?.name ?? t('batches.all')}</bdi>
      </h2>
      {batchId !== null && batch !== undefined && <BatchMenu batchId={batchId} />}
      <SegmentedControl
        className={styles.filter}
        aria-label={t('list.show')}
        size="xs"
        value={filter}
        onChange={showStatus}
        data={mainFilters.map((value) => ({
          value,
          label: `${t(`list.filters.${value}`)} ${formatCount(countInFilter(totals, value))}`,
        }))}
      />
      <ClearFinished />
    </div>
  )
}

function ClearFinished() {
  const t = useText()
  const run = useCommand()
  const online = useConnection((connection) => connection.phase === 'online')
  const finished = useQueue((state) => {
    const counts = state.overview?.totals.counts
    return counts === undefined ? 0 : counts.done + counts.canceled
  })
  const clear = async () => {
    const answer = await run('queue.removeFinished', { all: true })
    if (answer !== null) showAlert('info', t('list.removed', { count: answer.removed }))
  }
  return (
    <UnstyledButton
      className={styles.clear}
      title={t('list.removeFinishedHint')}
      disabled={!online || finished === 0}
      onClick={() => void clear()}
    >
      {t('list.removeFinished')}
    </UnstyledButton>
  )
}

function BatchMenu({ batchId }: { readonly batchId: string }) {
  const t = useText()
  const run = useCommand()
  const totals = useQueue((state) => state.batches.get(batchId)?.totals)
  const target = { batchIds: [batchId] }
  const items = [
    { label: t('batches.pause'), command: 'queue.pause', count: countOf(totals, can.pause) },
    { label: t('batches.resume'), command: 'queue.resume', count: countOf(totals, can.resume) },
    { label: t('batches.cancel'), command: 'queue.cancel', count: countOf(totals, can.cancel) },
  ] as const
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={t('batches.actions')}>
          <IconDotsVertical size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {items.map(({ label, command, count }) => (
          <Menu.Item key={command} disabled={count === 0} onClick={() => void run(command, target)}>
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
