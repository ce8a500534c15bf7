/** The names of tasks and of what lies in the store for them: made here, so that nobody guesses another's. */
import { randomBytes } from 'node:crypto'
import { gone } from './coordination/activity.ts'

export function newTaskId(): string {
  return randomBytes(16).toString('hex')
}

/** The id that a client sent; anything of another shape is a task that is not there. @throws UploadError `task-gone` */
export function taskIdOf(text: string | undefined): string {
  if (text !== undefined && /^[0-9a-f]{32}$/.test(text)) return text
  throw gone()
}
