/** The menu of a batch: everything that can be done with all its files. */
import { ActionIcon, Menu } from '@mantine/core'
import { IconDotsVertical } from '@tabler/icons-react'
import type { Totals } from '../../../shared/feed.ts'
import { type RunCommand, useCommand } from '../../bridge/use-bridge.ts'
import { useQueue } from '../../store/queue-store.ts'
import { can, countOf } from '../../store/status-groups.ts'
import { type Translate, useText } from '../../text/use-text.ts'
import { cancelAll, isOverUnstored, isUnstored, removeFiles } from '../file-actions/ask-first.ts'
import { openNaming } from '../naming/naming-store.ts'
import { PresetSubmenu, ServerSubmenu } from './batch-submenus.tsx'
import { movableIds, moveBatch } from './move-batch.ts'

export function BatchMenu({ batchId }: { readonly batchId: string }) {
  const t = useText()
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={t('batches.actions')}>
          <IconDotsVertical size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <BatchActions batchId={batchId} />
        <Menu.Divider />
        <PresetSubmenu batchId={batchId} />
        <ServerSubmenu batchId={batchId} />
        <Menu.Item onClick={() => openNaming(batchId)}>{t('naming.menu')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

function BatchActions({ batchId }: { readonly batchId: string }) {
  const t = useText()
  const run = useCommand()
  const totals = useQueue((state) => state.batches.get(batchId)?.totals)
  const index = useQueue((state) => movableIds(state).indexOf(batchId))
  const count = useQueue((state) => movableIds(state).length)
  const unfinished = countOf(totals, can.cancel)
  const actions = [
    ...queueActions(run, batchId, totals, t),
    ...orderActions(run, batchId, { index, count, unfinished }, t),
  ]
  const remove = removeActions(run, batchId, totals, t)
  return [...actions, ...remove].map(({ label, enabled, act }) => (
    <Menu.Item key={label} disabled={!enabled} onClick={() => void act()}>
      {label}
    </Menu.Item>
  ))
}

interface BatchAction {
  readonly label: string
  readonly enabled: boolean
  readonly act: () => Promise<unknown>
}

function queueActions(
  run: RunCommand,
  batchId: string,
  totals: Totals | undefined,
  t: Translate,
): BatchAction[] {
  const target = { batchIds: [batchId] }
  return [
    {
      label: t('batches.pause'),
      enabled: countOf(totals, can.pause) > 0,
      act: () => run('queue.pause', target),
    },
    {
      label: t('batches.resume'),
      enabled: countOf(totals, can.resume) > 0,
      act: () => run('queue.resume', target),
    },
  ]
}

/** Only batches that are not fully stored can be moved. */
function orderActions(
  run: RunCommand,
  batchId: string,
  { index, count, unfinished }: { readonly [Name in 'index' | 'count' | 'unfinished']: number },
  t: Translate,
): BatchAction[] {
  return [
    {
      label: t('batches.moveToTop'),
      enabled: index > 0 && unfinished > 0,
      act: () => run('queue.moveToTop', { batchIds: [batchId] }),
    },
    { label: t('batches.moveUp'), enabled: index > 0, act: () => moveBatch(run, batchId, -1) },
    {
      label: t('batches.moveDown'),
      enabled: index >= 0 && index < count - 1,
      act: () => moveBatch(run, batchId, 1),
    },
  ]
}

function removeActions(
  run: RunCommand,
  batchId: string,
  totals: Totals | undefined,
  t: Translate,
): BatchAction[] {
  const target = { batchIds: [batchId] }
  return [
    {
      label: t('batches.clearFinished'),
      enabled: countOf(totals, can.removeFinished) > 0,
      act: () => removeFiles(run, 'queue.removeFinished', target, countOf(totals, isOverUnstored)),
    },
    {
      label: t('batches.cancel'),
      enabled: countOf(totals, can.cancel) > 0,
      act: () => cancelAll(run, target, countOf(totals, can.cancel)),
    },
    {
      label: t('batches.remove'),
      enabled: true,
      act: () => removeFiles(run, 'queue.remove', target, countOf(totals, isUnstored)),
    },
  ]
}
