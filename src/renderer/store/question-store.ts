/** The questions about servers that the person has put off: each stays away until it changes, or the trouble is another one. */
import { create } from 'zustand'
import type { ServerState } from '../../shared/feed.ts'

interface PutOffQuestions {
  /** Id of the server -> the question, as `questionKey` names it. */
  readonly putOff: ReadonlyMap<string, string>
}

export const useQuestions = create<PutOffQuestions>(() => ({ putOff: new Map() }))

/** The same as long as it asks the same, and the server was not well in between; null where nothing is asked. */
export function questionKey({ trouble }: ServerState): string | null {
  const question = trouble?.question ?? null
  return question === null ? null : JSON.stringify([question, trouble?.sinceMs])
}

/** Whether there is a question about a server that the person does not want to see now. */
export function isPutOff({ putOff }: PutOffQuestions, server: ServerState): boolean {
  const key = questionKey(server)
  return key !== null && putOff.get(server.id) === key
}

export function putOffQuestion(server: ServerState): void {
  const key = questionKey(server)
  if (key === null) return
  useQuestions.setState(({ putOff }) => ({ putOff: new Map(putOff).set(server.id, key) }))
}

/** Shows the question about a server again. */
export function reopenQuestion(serverId: string): void {
  useQuestions.setState(({ putOff }) => ({ putOff: new Map([...putOff].filter(([id]) => id !== serverId)) }))
}
