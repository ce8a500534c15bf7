/** Shows main's survey of a drop, updated while main still counts, until the user confirms or cancels. */
import type { Bridge } from '../../../shared/bridge.ts'
import { CommandError } from '../../../shared/ipc.ts'
import { showAlert } from '../../store/alert-store.ts'
import { t } from '../../text/i18n.ts'
import { addPending } from './survey-store.ts'

const pollMs = 200

/**
 * Resolves when main has finished counting or the drop was answered.
 * @param onBatches called with the batches that a confirmation created
 * @throws CommandError when main has no such survey
 */
export async function showSurvey(
  bridge: Bridge,
  surveyId: string,
  onBatches: (batchIds: readonly string[]) => void,
): Promise<void> {
  let isOver = false
  const read = () => bridge.invoke('survey.get', { surveyId })
  const end = () => {
    isOver = true
    entry.remove()
  }
  const confirm = async (presetId?: string) => {
    try {
      const { batchIds } = await bridge.invoke('survey.confirm', { surveyId, presetId })
      end()
      onBatches(batchIds)
    } catch (thrown) {
      // Nobody could ever confirm it any more.
      if (isGone(thrown)) end()
      throw thrown
    }
  }
  // Main ends the review before it answers a confirmation: what a look finds meanwhile says nothing.
  let confirming: Promise<unknown> = Promise.resolve()
  const entry = addPending({
    survey: await read(),
    confirm: (presetId) => {
      const confirmed = confirm(presetId)
      confirming = confirmed.catch(() => undefined)
      return confirmed
    },
    cancel: () => {
      end()
      bridge.invoke('survey.forget', { surveyId }).catch(() => undefined)
    },
  })
  for (let phase = ''; !isOver && phase !== 'ready'; ) {
    await new Promise((resolve) => setTimeout(resolve, pollMs))
    const survey = await read().catch((thrown: unknown) => (isGone(thrown) ? 'gone' : null))
    await confirming
    if (isOver) return
    if (survey === 'gone') {
      showAlert('error', t('survey.gone'))
      return entry.remove()
    }
    // Null while PhotoFerry cannot be reached.
    if (survey === null) continue
    phase = survey.phase
    entry.update(survey)
  }
}

/** Main no longer has the survey: PhotoFerry was restarted. */
const isGone = (thrown: unknown) => thrown instanceof CommandError && thrown.info.code === 'not-found'
