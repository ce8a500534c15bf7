/** Answers a question about a server: main changes its entry in the settings, if the question is still the same. */
import { useCallback } from 'react'
import type { ServerState } from '../../../shared/feed.ts'
import type { ServerAnswer } from '../../../shared/ipc.ts'
import { serverOf } from '../../../shared/settings.ts'
import { useCommand } from '../../bridge/use-bridge.ts'
import { useApp } from '../../store/app-store.ts'

/** How a question can be answered, or the text that says why it can't be answered here. */
export type AnswerWay =
  | { readonly kind: 'here'; readonly answer: (answer: ServerAnswer) => Promise<void> }
  | { readonly kind: 'elsewhere'; readonly reason: 'questions.bundled' | 'questions.given' }

/** @param server as it is shown: the answer counts for this address only */
export function useAnswer({ id, url, bundled }: ServerState): AnswerWay {
  const run = useCommand()
  const isKnown = useApp(({ settings }) => Boolean(serverOf(settings, id)))
  const answer = useCallback(
    async (answer: ServerAnswer) => {
      const changed = await run('server.answer', { serverId: id, url: url ?? '', answer })
      if (changed !== null) useApp.setState({ settings: changed })
    },
    [run, id, url],
  )
  if (isKnown) return { kind: 'here', answer }
  return { kind: 'elsewhere', reason: bundled ? 'questions.bundled' : 'questions.given' }
}
