/** Drops onto the window: those being added right now, and those of which some files did not arrive. */
import { create } from 'zustand'
import type { Bridge } from '../../../shared/bridge.ts'
import type { ConnectedBridge } from '../../bridge/connect-bridge.ts'
import { showAlert, showFailure } from '../../store/alert-store.ts'
import { t } from '../../text/i18n.ts'
import { followIntake } from './follow-intake.ts'
import { IncompleteDropError, type OnProgress, uploadDrop } from './page-upload.ts'
import type { DropProgress } from './send-files.ts'

export interface RunningDrop {
  readonly id: number
  readonly progress: DropProgress
}

export interface FailedDrop {
  readonly id: number
  readonly error: IncompleteDropError
}

interface DropState {
  readonly running: readonly RunningDrop[]
  readonly failed: readonly FailedDrop[]
}

export const useDrops = create<DropState>(() => ({ running: [], failed: [] }))

let lastId = 0

/** Adds what was dropped. Must be called inside the drop event itself. */
export function addDrop(connected: ConnectedBridge, dropped: DataTransfer): void {
  const holdsFiles = [...dropped.items].some((item) => item.kind === 'file')
  if (!holdsFiles) showAlert('info', t('empty.nothingDropped'))
  else if (connected.mode === 'browser') void run((onProgress) => uploadDrop(connected, dropped, onProgress))
  else void run(() => addByPath(connected.bridge, connected.addFiles, [...dropped.files]))
}

async function addByPath(
  bridge: Bridge,
  addFiles: Extract<ConnectedBridge, { mode: 'desktop' }>['addFiles'],
  files: readonly File[],
): Promise<void> {
  if (files.length === 0) return
  const added = await addFiles(files)
  if (added.pathless > 0) showAlert('error', t('intake.pathless', { count: added.pathless }))
  followIntake(bridge, added, t('intake.nothingNewAtAll'))
}

/** Uploads what did not arrive, and nothing else. */
export function retryFailedDrop({ id, error }: FailedDrop): void {
  dismissFailedDrop(id)
  void run(error.retry)
}

export function dismissFailedDrop(id: number): void {
  useDrops.setState(({ failed }) => ({ failed: failed.filter((drop) => drop.id !== id) }))
}

async function run(add: (onProgress: OnProgress) => Promise<void>): Promise<void> {
  lastId += 1
  const id = lastId
  try {
    await add((progress) => setProgress(id, progress))
  } catch (thrown) {
    if (!(thrown instanceof IncompleteDropError)) showFailure(thrown)
    else useDrops.setState(({ failed }) => ({ failed: [...failed, { id, error: thrown }] }))
  } finally {
    useDrops.setState(({ running }) => ({ running: running.filter((drop) => drop.id !== id) }))
  }
}

function setProgress(id: number, progress: DropProgress): void {
  useDrops.setState(({ running }) => ({
    running: [...running.filter((drop) => drop.id !== id), { id, progress }].sort((a, b) => a.id - b.id),
  }))
}

/** Makes the browser ask before the page is left during an upload: the files not uploaded yet would be missing. */
export function warnBeforeLeaving(): void {
  window.addEventListener('beforeunload', (event) => {
    if (useDrops.getState().running.length > 0) event.preventDefault()
  })
}
