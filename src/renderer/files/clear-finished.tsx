/** Takes what has ended off the list: of the batch that is shown, or of all. */
import { IconEraser } from '@tabler/icons-react'
import { useConnection } from '../bridge/connection.ts'
import { useCommand } from '../bridge/use-bridge.ts'
import { sayRemoved } from '../selection/run-file-action.ts'
import { useQueue } from '../store/queue-store.ts'
import { useShownBatch } from '../store/use-shown-batch.ts'
import { useText } from '../text/use-text.ts'
import { ToolButton } from './tool-button.tsx'

export function ClearFinished() {
  const t = useText()
  const run = useCommand()
  const online = useConnection((connection) => connection.phase === 'online')
  const batchId = useShownBatch()
  const finished = useQueue((state) => {
    const totals = batchId === null ? state.overview?.totals : state.batches.get(batchId)?.totals
    return totals === undefined ? 0 : totals.counts.done + totals.counts.canceled
  })
  const clear = async () => {
    const target = batchId === null ? ({ all: true } as const) : { batchIds: [batchId] }
    sayRemoved(run, await run('queue.removeFinished', target))
  }
  return (
    <ToolButton
      label={t('list.removeFinished')}
      icon={IconEraser}
      disabled={!online || finished === 0}
      onClick={() => void clear()}
    />
  )
}
