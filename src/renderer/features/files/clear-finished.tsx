/** Takes what has ended off the list: of the batch that is shown, or of all. */
import { IconEraser } from '@tabler/icons-react'
import { useCommand } from '../../bridge/use-bridge.ts'
import { useConnection } from '../../store/connection-store.ts'
import { useShownBatch, useShownTotals } from '../../store/use-shown-batch.ts'
import { useText } from '../../text/use-text.ts'
import { ToolButton } from '../../ui/tool-button.tsx'
import { sayRemoved } from '../file-actions/run-file-action.ts'

export function ClearFinished() {
  const t = useText()
  const run = useCommand()
  const online = useConnection((connection) => connection.phase === 'online')
  const batchId = useShownBatch()
  const totals = useShownTotals()
  const isEmpty = totals === undefined || totals.counts.done + totals.counts.canceled === 0
  const clear = async () => {
    const target = batchId === null ? ({ all: true } as const) : { batchIds: [batchId] }
    sayRemoved(run, await run('queue.removeFinished', target))
  }
  return (
    <ToolButton
      label={t('list.removeFinished')}
      icon={IconEraser}
      disabled={!online || isEmpty}
      onClick={() => void clear()}
    />
  )
}
