/** Continues after files were added: watches the batches that were created, or asks the user to review the drop first. */
import type { Intake } from '../../../shared/answers.ts'
import type { Bridge } from '../../../shared/bridge.ts'
import { showFailure } from '../../store/alert-store.ts'
import { showSurvey } from '../survey/show-survey.ts'
import { alertIfNothingNew } from './added-batches.ts'

/** @param ifNothingNew what to say when no file of it was new */
export function followIntake(bridge: Bridge, { batchIds, surveyId }: Intake, ifNothingNew: string): void {
  const watch = (ids: readonly string[]) => alertIfNothingNew(ids, ifNothingNew)
  if (surveyId === null) watch(batchIds)
  else showSurvey(bridge, surveyId, watch).catch(showFailure)
}
