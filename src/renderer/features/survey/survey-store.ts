/** The drops that wait for the person to say yes: looked over by main, or by the page for what was dropped onto it. */
import { create } from 'zustand'
import type { Intake } from '../../../shared/answers.ts'
import type { Bridge } from '../../../shared/bridge.ts'
import { CommandError } from '../../../shared/ipc.ts'
import type { DropSurvey } from '../../../shared/survey.ts'
import { reasonOf, showAlert } from '../../store/alert-store.ts'
import { t } from '../../text/i18n.ts'
import { sayIfNothingNew } from '../intake/added-batches.ts'

/** Shown one after the other, the first first. */
export interface WaitingDrop {
  readonly id: number
  readonly survey: DropSurvey
  /** Begins it. @param presetId how its photos are sent; left out, as the settings say @throws CommandError */
  readonly confirm: (presetId?: string) => Promise<void>
  /** Forgets it. */
  readonly cancel: () => void
}

interface WaitingState {
  readonly waiting: readonly WaitingDrop[]
}

export const useWaitingDrops = create<WaitingState>(() => ({ waiting: [] }))

/** Between two looks at what main has found, in ms. */
const lookEveryMs = 200

let lastId = 0

/** @returns a function that shows how far it is, and one that takes it away */
export function addWaiting(drop: Omit<WaitingDrop, 'id'>) {
  lastId += 1
  const id = lastId
  const change = (waiting: (all: readonly WaitingDrop[]) => readonly WaitingDrop[]) =>
    useWaitingDrops.setState((state) => ({ waiting: waiting(state.waiting) }))
  change((all) => [...all, { ...drop, id }])
  return {
    show: (survey: DropSurvey) =>
      change((all) => all.map((one) => (one.id === id ? { ...one, survey } : one))),
    remove: () => change((all) => all.filter((one) => one.id !== id)),
  }
}

/** What is to happen with an answer to adding files: batches begin, or the person is asked first. */
export function followIntake(bridge: Bridge, { batchIds, surveyId }: Intake, ifNothingNew: string): void {
  const begun = (ids: readonly string[]) => sayIfNothingNew(ids, ifNothingNew)
  if (surveyId === null) begun(batchIds)
  else followSurvey(bridge, surveyId, begun).catch(sayFailed)
}

/** Shows what main looks over, until the person says yes or no. */
async function followSurvey(
  bridge: Bridge,
  surveyId: string,
  onBatches: (batchIds: readonly string[]) => void,
): Promise<void> {
  let isOver = false
  const look = () => bridge.invoke('survey.get', { surveyId })
  const entry = addWaiting({
    survey: await look(),
    confirm: async (presetId) => {
      const { batchIds } = await bridge.invoke('survey.confirm', { surveyId, presetId })
      isOver = true
      entry.remove()
      onBatches(batchIds)
    },
    cancel: () => {
      isOver = true
      entry.remove()
      bridge.invoke('survey.forget', { surveyId }).catch(() => undefined)
    },
  })
  for (let phase = ''; !isOver && phase !== 'ready'; ) {
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs))
    const survey = await look().catch((thrown: unknown) => sayGone(thrown))
    if (isOver) return
    if (survey === 'gone') return entry.remove()
    if (survey === null) continue
    phase = survey.phase
    entry.show(survey)
  }
}

/** Null: PhotoFerry cannot be reached just now. */
function sayGone(thrown: unknown): 'gone' | null {
  if (!(thrown instanceof CommandError)) return null
  if (thrown.info.code !== 'not-found') return null
  showAlert('error', t('survey.gone'))
  return 'gone'
}

/** Shows why a confirmation failed; the drop goes on waiting. */
export function sayFailed(thrown: unknown): void {
  showAlert('error', reasonOf(thrown))
}
