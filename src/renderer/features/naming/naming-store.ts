/** Which batch the dialog for folder and names is about. */
import { create } from 'zustand'
import { openDialog } from '../../store/view-store.ts'

interface NamingState {
  /** Null for photos that are still to be added. */
  readonly batchId: string | null
}

export const useNaming = create<NamingState>(() => ({ batchId: null }))

/** @param batchId null for photos that are still to be added */
export function openNaming(batchId: string | null): void {
  useNaming.setState({ batchId })
  openDialog('naming')
}
