/** Drops that the page is handing over right now, and those of which something did not arrive. */
import { create } from 'zustand'
import type { Bridge, DropProgress } from '../../../shared/bridge.ts'
import { showAlert } from '../../store/alert-store.ts'
import { t } from '../../text/i18n.ts'
import { type DropIncomplete, dropFailureOf } from './page-upload.ts'

export interface RunningDrop {
  readonly id: number
  readonly progress: DropProgress
}

export interface FailedDrop {
  readonly id: number
  readonly incomplete: DropIncomplete
}

interface DropState {
  readonly running: readonly RunningDrop[]
  readonly failed: readonly FailedDrop[]
}

type Work = (onProgress: (progress: DropProgress) => void) => Promise<void>

export const useDrops = create<DropState>(() => ({ running: [], failed: [] }))

let lastId = 0

/** Adds what was dropped; must be called inside the drop event itself. */
export function addDrop(bridge: Bridge, dropped: DataTransfer): void {
  const holdsFiles = [...dropped.items].some((item) => item.kind === 'file')
  if (!holdsFiles) showAlert('info', t('empty.nothingDropped'))
  else void run((onProgress) => bridge.addDropped(dropped, onProgress))
}

/** Hands over anew what did not arrive. */
export function tryDropAgain({ id, incomplete }: FailedDrop): void {
  dismissFailedDrop(id)
  void run(incomplete.tryAgain)
}

export function dismissFailedDrop(id: number): void {
  useDrops.setState(({ failed }) => ({ failed: failed.filter((drop) => drop.id !== id) }))
}

async function run(work: Work): Promise<void> {
  lastId += 1
  const id = lastId
  try {
    await work((progress) => setProgress(id, progress))
  } catch (thrown) {
    const failure = dropFailureOf(thrown)
    if (typeof failure === 'string') showAlert('error', failure)
    else useDrops.setState(({ failed }) => ({ failed: [...failed, { id, incomplete: failure }] }))
  } finally {
    useDrops.setState(({ running }) => ({ running: running.filter((drop) => drop.id !== id) }))
  }
}

function setProgress(id: number, progress: DropProgress): void {
  useDrops.setState(({ running }) => ({
    running: [...running.filter((drop) => drop.id !== id), { id, progress }].sort((a, b) => a.id - b.id),
  }))
}

/** Asks before the page is left while files are still being handed over: they would stay behind. */
export function guardHandOver(): void {
  window.addEventListener('beforeunload', (event) => {
    if (useDrops.getState().running.length > 0) event.preventDefault()
  })
}
