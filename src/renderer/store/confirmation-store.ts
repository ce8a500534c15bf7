/** The question that is asked before something that the user may regret; at most one at a time. */
import { create } from 'zustand'

/** All texts are in the window's language. */
export interface Confirmation {
  readonly title: string
  readonly lead: string
  /** The button that goes ahead. */
  readonly yes: string
  /** The button that changes nothing; it has the focus first. */
  readonly no: string
}

interface ConfirmationState {
  readonly opened: boolean
  /** The last question: its text stays while the dialog closes. */
  readonly question: Confirmation | null
}

export const useConfirmation = create<ConfirmationState>(() => ({ opened: false, question: null }))

let resolve: (goAhead: boolean) => void = () => undefined

/** Asks, and answers a question that is still open with no. @returns whether to go ahead */
export function confirm(question: Confirmation): Promise<boolean> {
  resolve(false)
  useConfirmation.setState({ opened: true, question })
  return new Promise((answer) => {
    resolve = answer
  })
}

export function answerConfirmation(goAhead: boolean): void {
  useConfirmation.setState({ opened: false })
  resolve(goAhead)
}
