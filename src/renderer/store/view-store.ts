/** What the window shows: a batch, filters, an order, list or grid, an open dialog. Layout and details pane are remembered for the next start. */
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
  | 'connect'
  | 'naming'
  | null

/** The files behind one number of the restart report. */
export interface RestartFilter {
  readonly group: RestartGroup
  readonly ids: ReadonlySet<string>
}

export interface ViewState {
  /** Null for all batches. */
  readonly batchId: string | null
  readonly filter: StatusFilter
  readonly kind: FileGroup | null
  readonly reason: ErrorCode | null
  readonly restart: RestartFilter | null
  readonly search: string
  readonly sort: Sort
  /** Sets whose files are shown below them in the list. */
  readonly openSets: ReadonlySet<string>
  readonly layout: 'list' | 'grid'
  /** Whether the user wants the pane beside the files. */
  readonly details: boolean
  /** Whether the drawer is open that replaces the pane in a narrow window. */
  readonly drawer: boolean
  readonly dialog: OpenDialog
  /** The section that the settings open at; null: the first. */
  readonly settingsSection: string | null
}

const unfiltered = { filter: 'all', kind: null, reason: null, restart: null, search: '' } as const

/** What is remembered for the next start. */
type Layout = Pick<ViewState, 'layout' | 'details'>

const storageKey = 'photoferry.view'

function rememberedLayout(): Layout {
  const [layout, details] = (globalThis.localStorage?.getItem(storageKey) ?? '').split(' ')
  return { layout: layout === 'grid' ? 'grid' : 'list', details: details === 'open' }
}

export const useView = create<ViewState>(() => ({
  batchId: null,
  ...unfiltered,
  sort: queueOrder,
  openSets: new Set(),
  ...rememberedLayout(),
  drawer: false,
  dialog: null,
  settingsSection: null,
}))

function rememberLayout(part: Partial<Layout>): void {
  useView.setState(part)
  const { layout, details } = useView.getState()
  globalThis.localStorage?.setItem(storageKey, `${layout} ${details ? 'open' : 'closed'}`)
}

export const showBatch = (batchId: string | null) => useView.setState({ batchId, restart: null })
export const showStatus = (filter: StatusFilter) => useView.setState({ filter, reason: null, restart: null })
export const showKind = (kind: FileGroup | null) => useView.setState({ kind })
export const showReason = (reason: ErrorCode) =>
  useView.setState({ ...unfiltered, batchId: null, filter: 'failed', reason })
/** Shows the files behind one number of the restart report, of all batches. */
export const showRestart = (restart: RestartFilter) =>
  useView.setState({ ...unfiltered, batchId: null, restart })
export const searchFor = (search: string) => useView.setState({ search })
/** Removes all filters; the selected batch stays. */
export const showEverything = () => useView.setState(unfiltered)
/** Sorts by a column; calling it again for the same column reverses the order. */
export const sortBy = (column: SortColumn) =>
  useView.setState(({ sort }) => ({
    sort: { column, descending: sort.column === column && !sort.descending },
  }))
export const setSort = (sort: Sort) => useView.setState({ sort })
/** @param isOpen left out: the other way round */
export function openSet(setId: string, isOpen?: boolean): void {
  const openSets = new Set(useView.getState().openSets)
  if (isOpen ?? !openSets.has(setId)) openSets.add(setId)
  else openSets.delete(setId)
  useView.setState({ openSets })
}
export const setLayout = (layout: ViewState['layout']) => rememberLayout({ layout })

/** The width from which the pane fits beside the files; the same as in app.module.css. */
const roomForPane = '(min-width: 1100px)'
const hasRoomForPane = () => globalThis.matchMedia?.(roomForPane).matches ?? true

/** Shows or hides the details. The drawer of a narrow window covers files, so it is closed again at the next start. */
export function showDetails(shown: boolean): void {
  if (hasRoomForPane()) rememberLayout({ details: shown })
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

export const openDialog = (dialog: OpenDialog) => useView.setState({ dialog, settingsSection: null })
/** @param section of the settings */
export const openSettings = (section: string) =>
  useView.setState({ dialog: 'settings', settingsSection: section })
export const closeDialog = () => openDialog(null)
/** Shows failed files only. @param batchId null: of all batches */
export const showFailed = (batchId: string | null) =>
  useView.setState({ ...unfiltered, batchId, filter: 'failed' })

/** Whether neither a filter nor a search hides files of the shown batch. */
export const useIsUnfiltered = () =>
  useView(
    ({ filter, kind, reason, restart, search }) =>
      filter === 'all' && kind === null && reason === null && restart === null && search.trim() === '',
  )
