/** Browser mode: from a drop on the page to the staging folder of PhotoFerry. */

import type { Bridge, DropProgress } from '../../../shared/bridge.ts'
import { browserBridge } from '../../../shared/browser-bridge.ts'
import { CommandError } from '../../../shared/ipc.ts'
import type { ErrorCode } from '../../../shared/protocol/errors.ts'
import { errorBodySchema } from '../../../shared/protocol/wire.ts'
import { reasonOf, showAlert } from '../../store/alert-store.ts'
import { useApp } from '../../store/app-store.ts'
import { whenOnline } from '../../store/connection-store.ts'
import { errorWords } from '../../text/error-text.ts'
import { t } from '../../text/i18n.ts'
import { lookOver } from '../survey/page-survey.ts'
import { type HandOverHost, handOver, type PutOutcome } from './send-files.ts'
import {
  type DroppedNode,
  droppedNodes,
  type FoundFile,
  nameOfDrop,
  type UnreadFolder,
  walkEntries,
} from './walk-entries.ts'

/** A file or folder that did not arrive, in words. */
export interface DropFailure {
  readonly relativePath: string
  readonly reason: string
}

type OnProgress = (progress: DropProgress) => void

/** Thrown when some of a drop did not arrive; the rest did. */
export class DropIncomplete extends Error {
  override readonly name = 'DropIncomplete'
  readonly failures: readonly DropFailure[]
  /** Hands over anew what failed, and nothing else. */
  readonly tryAgain: (onProgress: OnProgress) => Promise<void>

  constructor(failures: readonly DropFailure[], tryAgain: (onProgress: OnProgress) => Promise<void>) {
    super(t('handOver.failed', { count: failures.length }))
    this.failures = failures
    this.tryAgain = tryAgain
  }
}

/**
 * Hands a drop over, folders with their structure.
 * @throws DropIncomplete when some files did not arrive
 * @throws CommandError when nothing could be begun
 */
export function handOverDrop(
  dropped: DataTransfer,
  bridge: Bridge,
  token: () => string,
  onProgress: OnProgress,
): Promise<void> {
  const nodes = droppedNodes(dropped)
  return nodes.length === 0
    ? Promise.resolve()
    : handOverNodes({ nodes, files: [] }, null, { bridge, token }, onProgress)
}

/** Before the next try: the connection that broke is noticed by then, and what was arriving has ended. */
const pauseMs = 500

interface Deps {
  readonly bridge: Bridge
  readonly token: () => string
}

/** The batch that a drop becomes, also when PhotoFerry is started anew meanwhile or some files are tried again. */
interface StagedTo {
  readonly name: string
  /** Null before it was begun. */
  dropId: string | null
  /** As it was chosen for this drop; left out, what the settings say. */
  presetId?: string | undefined
}

interface ToHandOver {
  readonly nodes: readonly DroppedNode[]
  /** Files found by an earlier walk. */
  readonly files: readonly FoundFile[]
}

async function handOverNodes(
  what: ToHandOver,
  known: StagedTo | null,
  deps: Deps,
  onProgress: OnProgress,
): Promise<void> {
  const walked = await walkEntries(what.nodes, (found) => onProgress({ handedOver: 0, total: found }))
  const found = [...what.files, ...walked.files]
  const batch: StagedTo = known ?? { name: nameOfDrop(what.nodes, found.length), dropId: null }
  const files = known === null ? await agreedFiles(batch, found, walked.unread) : found
  if (files === null) return
  const unhanded = files.length === 0 ? [] : await handOver(files, hostOf(batch, deps), onProgress)
  const failures = [
    ...unhanded.map(({ item, reason }) => ({ relativePath: item.relativePath, reason })),
    ...walked.unread.map(({ relativePath, reason }) => ({ relativePath, reason })),
  ]
  if (failures.length === 0) return sayIfEmpty(what.nodes, found.length)
  const left = { nodes: walked.unread.map((folder) => folder.again), files: unhanded.map(({ item }) => item) }
  throw new DropIncomplete(failures, (again) => handOverNodes(left, batch, deps, again))
}

/** What of a new drop is to be handed over; null: nothing, for the person looked at it and said no. */
async function agreedFiles(
  batch: StagedTo,
  files: readonly FoundFile[],
  unread: readonly UnreadFolder[],
): Promise<readonly FoundFile[] | null> {
  if (files.length === 0) return files
  const verdict = await lookOver({ name: batch.name, files, unread }, useApp.getState().settings)
  if (verdict === null) return null
  if (verdict.leftOut > 0) showAlert('info', t('survey.leftOut', { count: verdict.leftOut }))
  batch.presetId = verdict.presetId
  return verdict.files
}

function sayIfEmpty(nodes: readonly DroppedNode[], files: number): void {
  if (files > 0) return
  showAlert(
    'info',
    nodes.length === 1 ? t('intake.emptyFolder', { folder: nameOfDrop(nodes, 0) }) : t('intake.emptyFolders'),
  )
}

function hostOf(batch: StagedTo, { bridge, token }: Deps): HandOverHost<FoundFile> {
  return {
    begin: async (files) => {
      // A drop may come while the page is still connecting.
      await whenOnline()
      const earlier = batch.dropId === null ? {} : { dropId: batch.dropId }
      const { name, presetId } = batch
      const { dropId } = await bridge.invoke('staging.begin', { name, files, presetId, ...earlier })
      batch.dropId = dropId
      return dropId
    },
    put: (dropId, item, place) => putFile(dropId, item, place, token()),
    finish: async (dropId) => {
      await whenOnline()
      await bridge.invoke('staging.finish', { dropId })
    },
    whenOnline: async () => {
      await new Promise((resolve) => setTimeout(resolve, pauseMs))
      await whenOnline()
    },
  }
}

/** What the same request may not meet again: the last try is still arriving, or broke off on its way. */
const passingCodes: readonly ErrorCode[] = ['task-busy', 'connection-lost']

async function putFile(dropId: string, item: FoundFile, place: number, token: string): Promise<PutOutcome> {
  let file: File
  try {
    file = await item.open()
  } catch {
    return { kind: 'failed', reason: t('handOver.unreadable') }
  }
  try {
    const url = browserBridge.stagingUrl(dropId, item.relativePath, file.lastModified, place)
    const headers = { Authorization: `Bearer ${token}` }
    return await outcomeOf(await fetch(url, { method: 'PUT', headers, body: file }))
  } catch {
    // `fetch` fails in the same words for a lost connection and for a file that went away while it was read.
    if (!(await isReadable(file))) return { kind: 'failed', reason: t('handOver.unreadable') }
    return { kind: 'offline', reason: t('handOver.network') }
  }
}

async function outcomeOf(response: Response): Promise<PutOutcome> {
  if (response.ok) return { kind: 'ok' }
  const body = errorBodySchema.safeParse(await response.json().catch(() => null))
  const reason = body.success
    ? errorWords(body.data.error)
    : t('handOver.refused', { httpStatus: response.status })
  if (response.status === 404 || response.status === 410) return { kind: 'gone', reason }
  const passes = body.success && passingCodes.includes(body.data.error.code)
  return { kind: passes ? 'offline' : 'failed', reason }
}

async function isReadable(file: File): Promise<boolean> {
  try {
    await file.slice(0, 1).arrayBuffer()
    return true
  } catch {
    return false
  }
}

/** What to tell a person about a drop that failed as a whole. */
export function dropFailureOf(thrown: unknown): DropIncomplete | string {
  if (thrown instanceof DropIncomplete) return thrown
  return thrown instanceof CommandError ? errorWords(thrown.info) : reasonOf(thrown)
}
