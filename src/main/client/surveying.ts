/** Adding files, looked over first where the person wants that. */
import type { Client, DropChoice } from './interface.ts'
import type { ClientParts } from './parts.ts'

type AddPaths = (paths: readonly string[], choice?: DropChoice) => Promise<readonly string[]>
type Surveying = Pick<Client, 'takeIn' | 'survey' | 'confirmSurvey' | 'forgetSurvey'>

export function surveying({ surveys }: ClientParts, addPaths: AddPaths): Surveying {
  return {
    takeIn: async (paths, choice) => {
      const surveyId = await surveys.begin(paths)
      return { surveyId, batchIds: surveyId === null ? await addPaths(paths, choice) : [] }
    },
    survey: (surveyId) => surveys.look(surveyId),
    // Taken only when all else is well: a preset that is gone must not cost the drop.
    confirmSurvey: async (surveyId, choice) => {
      const batchIds = await addPaths(surveys.pathsOf(surveyId), choice)
      surveys.forget(surveyId)
      return batchIds
    },
    forgetSurvey: (surveyId) => surveys.forget(surveyId),
  }
}
