/** Whether the card may be formatted, as far as a batch knows: of a card that is connected, its own check knows more. */
import type { Outcome, Unfinished } from '../../../shared/outcome.ts'
import { useQueue } from '../../store/queue-store.ts'
import { useText } from '../../text/use-text.ts'
import { formatText } from '../../text/verdict-text.ts'

/** One sentence; never says that a card may be formatted while another message says that one must not be. */
export function useFormatText(outcome: Outcome, unfinished: Unfinished, isPreviews: boolean): string {
  const t = useText()
  const doubted = useQueue(({ overview }) =>
    overview?.cards.find(({ connected, state }) => connected && state.phase !== 'safe'),
  )
  const isSafe = outcome.level === 'all-stored' && outcome.copies === 0
  return isSafe && doubted !== undefined
    ? t('summary.seeCard', { name: doubted.name })
    : formatText(outcome, unfinished, isPreviews)
}
