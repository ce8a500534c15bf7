/** What the person chose to look at: a batch, filters, an order, list or grid, an open dialog. Lives as long as the window; how it looks is kept. */
import { useMediaQuery } from '@mantine/hooks'
import { create } from 'zustand'
import type { RestartGroup } from '../../shared/answers.ts'
import type { FileGroup } from '../../shared/file-kinds.ts'
import type { ErrorCode } from '../../shared/protocol/errors.ts'
import { queueOrder, type Sort, type SortColumn } from './list-query.ts'
import type { StatusFilter } from './status-groups.ts'

export type OpenDialog =
  | 'settings'
  | 'history'
  | 'shortcuts'
  | 'pick-files'
  | 'pick-folder'
  | 'failures'
  | null

/** Files that a number of the restart's report stands for. */
export interface RestartFilter {
  readonly group: RestartGroup
  readonly ids: ReadonlySet<string>
}

export interface ViewState {
  /** Null: all batches. */
  readonly batchId: string | null
  readonly filter: StatusFilter
  readonly kind: FileGroup | null
  readonly reason: ErrorCode | null
  readonly restart: RestartFilter | null
  readonly search: string
  readonly sort: Sort
  readonly layout: 'list' | 'grid'
  /** Whether the pane beside the files is wanted. */
  readonly details: boolean
  /** Whether the drawer is open that stands for the pane where there is no room beside the files. */
  readonly drawer: boolean
  readonly dialog: OpenDialog
}

const unfiltered = { filter: 'all', kind: null, reason: null, restart: null, search: '' } as const

const keptKey = 'photoferry.view'

function keptLook(): Pick<ViewState, 'layout' | 'details'> {
  const [layout, details] = (globalThis.localStorage?.getItem(keptKey) ?? '').split(' ')
  return { layout: layout === 'grid' ? 'grid' : 'list', details: details !== 'closed' }
}

export const useView = create<ViewState>(() => ({
  batchId: null,
  ...unfiltered,
  sort: queueOrder,
  ...keptLook(),
  drawer: false,
  dialog: null,
}))

function setLook(part: Partial<Pick<ViewState, 'layout' | 'details'>>): void {
  useView.setState(part)
  const { layout, details } = useView.getState()
  globalThis.localStorage?.setItem(keptKey, `${layout} ${details ? 'open' : 'closed'}`)
}

export const showBatch = (batchId: string | null) => useView.setState({ batchId, restart: null })
export const showStatus = (filter: StatusFilter) => useView.setState({ filter, reason: null, restart: null })
export const showKind = (kind: FileGroup | null) => useView.setState({ kind })
export const showReason = (reason: ErrorCode) =>
  useView.setState({ ...unfiltered, batchId: null, filter: 'failed', reason })
/** The files that the restart's report counts, of all batches. */
export const showRestart = (restart: RestartFilter) =>
  useView.setState({ ...unfiltered, batchId: null, restart })
export const searchFor = (search: string) => useView.setState({ search })
export const showEverything = () => useView.setState(unfiltered)
/** The same column again turns its order around. */
export const sortBy = (column: SortColumn) =>
  useView.setState(({ sort }) => ({
    sort: { column, descending: sort.column === column && !sort.descending },
  }))
export const setSort = (sort: Sort) => useView.setState({ sort })
export const setLayout = (layout: ViewState['layout']) => setLook({ layout })

/** From this width on there is room for the pane beside the files; as in app.module.css. */
const roomForPane = '(min-width: 1100px)'
const hasRoomForPane = () => globalThis.matchMedia?.(roomForPane).matches ?? true

/** A drawer covers files, so it opens only when it is asked for, and is closed at the next start. */
export function showDetails(shown: boolean): void {
  if (hasRoomForPane()) setLook({ details: shown })
  else useView.setState({ drawer: shown })
}
export function areDetailsShown(): boolean {
  const { details, drawer } = useView.getState()
  return hasRoomForPane() ? details : drawer
}
export function useDetailsShown(): boolean {
  const hasRoom = useMediaQuery(roomForPane, true, { getInitialValueInEffect: false })
  return useView(({ details, drawer }) => (hasRoom ? details : drawer))
}
export const openDialog = (dialog: OpenDialog) => useView.setState({ dialog })
export const closeDialog = () => openDialog(null)
/** @param batchId null: of all batches */
export const showFailed = (batchId: string | null) =>
  useView.setState({ ...unfiltered, batchId, filter: 'failed' })
