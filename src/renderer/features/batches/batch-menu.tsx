/** What can be done with a whole batch. */
import { ActionIcon, Menu } from '@mantine/core'
import { IconDotsVertical } from '@tabler/icons-react'
import { type RunCommand, useCommand } from '../../bridge/use-bridge.ts'
import { useQueue } from '../../store/queue-store.ts'
import { can, countOf } from '../../store/status-groups.ts'
import { useText, type Words } from '../../text/use-text.ts'
import { sayRemoved } from '../file-actions/run-file-action.ts'
import { PresetOfBatch, ServerOfBatch } from './batch-submenus.tsx'
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
        <PresetOfBatch batchId={batchId} />
        <ServerOfBatch batchId={batchId} />
      </Menu.Dropdown>
    </Menu>
  )
}

function BatchActions({ batchId }: { readonly batchId: string }) {
  const t = useText()
  const run = useCommand()
  const totals = useQueue((state) => state.batches.get(batchId)?.totals)
  const place = useQueue((state) => movableIds(state).indexOf(batchId))
  const count = useQueue((state) => movableIds(state).length)
  const finished = countOf(totals, (status) => status === 'done' || status === 'canceled')
  const unfinished = countOf(totals, can.cancel)
  const deeds = steering(run, batchId, t)
  const items = [
    { ...deeds.pause, enabled: countOf(totals, can.pause) > 0 },
    { ...deeds.resume, enabled: countOf(totals, can.resume) > 0 },
    { ...deeds.moveToTop, enabled: unfinished > 0 && place > 0 },
    { ...deeds.moveUp, enabled: place > 0 },
    { ...deeds.moveDown, enabled: place >= 0 && place < count - 1 },
    { ...deeds.clearFinished, enabled: finished > 0 },
    { ...deeds.cancel, enabled: unfinished > 0 },
    { ...deeds.remove, enabled: true },
  ]
  return items.map(({ label, act, enabled }) => (
    <Menu.Item key={label} disabled={!enabled} onClick={act}>
      {label}
    </Menu.Item>
  ))
}

function steering(run: RunCommand, batchId: string, t: Words) {
  const target = { batchIds: [batchId] }
  return {
    pause: { label: t('batches.pause'), act: () => void run('queue.pause', target) },
    resume: { label: t('batches.resume'), act: () => void run('queue.resume', target) },
    moveToTop: { label: t('batches.moveToTop'), act: () => void run('queue.moveToTop', target) },
    moveUp: { label: t('batches.moveUp'), act: () => void moveBatch(run, batchId, -1) },
    moveDown: { label: t('batches.moveDown'), act: () => void moveBatch(run, batchId, 1) },
    clearFinished: {
      label: t('batches.clearFinished'),
      act: async () => sayRemoved(run, await run('queue.removeFinished', target)),
    },
    cancel: { label: t('batches.cancel'), act: () => void run('queue.cancel', target) },
    remove: {
      label: t('batches.remove'),
      act: async () => sayRemoved(run, await run('queue.remove', target)),
    },
  }
}
