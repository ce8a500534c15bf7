/** What the person chose to look at: a batch, a status, an open dialog. Lives as long as the window. */
import { create } from 'zustand'
import type { StatusFilter } from './status-groups.ts'

export type OpenDialog = 'settings' | 'history' | 'shortcuts' | 'pick-files' | 'pick-folder' | null

interface ViewState {
  /** Null: all batches. */
  readonly batchId: string | null
  readonly filter: StatusFilter
  readonly dialog: OpenDialog
}

export const useView = create<ViewState>(() => ({ batchId: null, filter: 'all', dialog: null }))

export const showBatch = (batchId: string | null) => useView.setState({ batchId })
export const showStatus = (filter: StatusFilter) => useView.setState({ filter })
export const openDialog = (dialog: OpenDialog) => useView.setState({ dialog })
export const closeDialog = () => openDialog(null)
/** @param batchId null: of all batches */
export const showFailed = (batchId: string | null) => useView.setState({ batchId, filter: 'failed' })
