/** Browser mode: uploads a drop from the page to PhotoFerry, folders with their structure. */
import { mostPaths, mostSkippedAtOnce, type SkippedFile } from '../../../shared/ipc.ts'
import type { ErrorCode } from '../../../shared/protocol/errors.ts'
import { errorBodySchema } from '../../../shared/protocol/wire.ts'
import type { ConnectedBridge } from '../../bridge/connect-bridge.ts'
import { showAlert } from '../../store/alert-store.ts'
import { useApp } from '../../store/app-store.ts'
import { whenOnline } from '../../store/connection-store.ts'
import { batchName } from '../../text/batch-name.ts'
import { errorText } from '../../text/error-text.ts'
import { t } from '../../text/i18n.ts'
import { type DroppedFile, reviewDrop } from '../survey/page-survey.ts'
import { type DropProgress, type SendHost, type SendResult, sendFiles } from './send-files.ts'
import {
  type DroppedNode,
  dropName,
  droppedNodes,
  type UnwalkedFolder,
  type Walked,
  walkEntries,
} from './walk-entries.ts'

export type OnProgress = (progress: DropProgress) => void
type BrowserConnection = Extract<ConnectedBridge, { mode: 'browser' }>

/** A file or folder that did not arrive, and why. */
interface DropFailure {
  readonly relativePath: string
  readonly reason: string
}

/** Thrown when some files of a drop did not arrive; all others did. */
export class IncompleteDropError extends Error {
  override readonly name = 'IncompleteDropError'
  readonly failures: readonly DropFailure[]
  /** The batch that all others are in; null where nothing of it was sent. */
  readonly batchId: string | null
  /** Uploads what failed, and nothing else. */
  readonly retry: (onProgress: OnProgress) => Promise<void>

  constructor(
    failures: readonly DropFailure[],
    batchId: string | null,
    retry: (onProgress: OnProgress) => Promise<void>,
  ) {
    super(t('pageUpload.failed', { count: failures.length }))
    this.failures = failures
    this.batchId = batchId
    this.retry = retry
  }
}

/**
 * Uploads a drop. Must be called inside the drop event itself.
 * @throws IncompleteDropError when some files did not arrive
 * @throws CommandError when the upload could not be started
 */
export function uploadDrop(
  connection: BrowserConnection,
  dropped: DataTransfer,
  onProgress: OnProgress,
): Promise<void> {
  const nodes = droppedNodes(dropped)
  return nodes.length === 0
    ? Promise.resolve()
    : uploadNodes({ nodes, files: [] }, null, connection, onProgress)
}

/** The batch that a drop becomes. It stays the same when PhotoFerry restarts and when failed files are retried. */
interface DropBatch {
  readonly name: string
  /** Null before the first `staging.begin`. */
  dropId: string | null
  /** System files and folders of all its walks. */
  leftOut: number
  /** Files that the person's rules skip, as far as PhotoFerry does not know of them yet. */
  skipped: readonly SkippedFile[]
  /** Paths of the folders that could not be read. */
  unread: readonly string[]
  /** Chosen for this drop; absent: as the settings say. */
  presetId?: string | undefined
}

interface DropContents {
  readonly nodes: readonly DroppedNode[]
  /** Files that an earlier walk found. */
  readonly files: readonly DroppedFile[]
}

async function uploadNodes(
  contents: DropContents,
  known: DropBatch | null,
  connection: BrowserConnection,
  onProgress: OnProgress,
): Promise<void> {
  const walked = await walkEntries(contents.nodes, (found) => onProgress({ sent: 0, total: found }))
  const found = [...contents.files, ...walked.files]
  const batch = known ?? {
    name: dropName(contents.nodes, found.length),
    dropId: null,
    leftOut: 0,
    skipped: [],
    unread: [],
  }
  batch.leftOut += walked.leftOut.entries
  batch.unread = walked.unread.map(({ relativePath }) => relativePath)
  const files = known === null ? await confirmedFiles(batch, found, walked) : found
  if (files === null) return
  // What is not sent is announced all the same: everything that was dropped is in the counts.
  const isNothing = files.length + batch.skipped.length + batch.unread.length === 0
  const unsent = isNothing ? [] : await sendFiles(files, sendHost(batch, connection), onProgress)
  const failures = [
    ...unsent.map(({ item, reason }) => ({ relativePath: item.relativePath, reason })),
    ...walked.unread.map(({ relativePath, reason }) => ({ relativePath, reason })),
  ]
  if (failures.length === 0) return found.length === 0 ? showNoFiles(contents.nodes) : undefined
  throw new IncompleteDropError(failures, batch.dropId, (again) =>
    uploadNodes(remaining(walked.unread, unsent), batch, connection, again),
  )
}

function remaining(
  unread: readonly UnwalkedFolder[],
  unsent: readonly { readonly item: DroppedFile }[],
): DropContents {
  return { nodes: unread.map(({ node }) => node), files: unsent.map(({ item }) => item) }
}

/** The files of a new drop to upload: without skipped ones, and only after the user confirmed; null if they declined. */
async function confirmedFiles(
  batch: DropBatch,
  files: readonly DroppedFile[],
  { unread, leftOut }: Walked,
): Promise<readonly DroppedFile[] | null> {
  if (files.length === 0) return files
  const name = batchName(batch.name)
  const reviewed = await reviewDrop({ name, files, unread, leftOut }, useApp.getState().settings)
  if (reviewed === null) return null
  batch.skipped = reviewed.skipped
  batch.presetId = reviewed.presetId
  return reviewed.files
}

function showNoFiles(nodes: readonly DroppedNode[]): void {
  const text =
    nodes.length === 1 ? t('intake.emptyFolder', { folder: dropName(nodes, 0) }) : t('intake.emptyFolders')
  showAlert('info', text)
}

/** Before a retry: by then the broken connection is noticed and the earlier request has ended. */
const pauseMs = 500

/** The drop as it is announced, with what of it is left to be sent and named. */
function announcementOf(batch: DropBatch, items: readonly DroppedFile[]) {
  const { name, presetId, leftOut, skipped, unread } = batch
  const earlier = batch.dropId === null ? {} : { dropId: batch.dropId }
  const paths = [...items, ...skipped].map(({ relativePath }) => relativePath)
  // Beyond that they are only counted.
  const named = paths.length > mostPaths ? {} : { paths }
  const announced = { name, files: paths.length, unread: unread.slice(0, mostPaths), leftOut, presetId }
  return { ...announced, ...named, ...earlier }
}

/** Names the skipped files, as many at once as one message may hold. */
async function nameSkipped(batch: DropBatch, { bridge }: BrowserConnection): Promise<void> {
  while (batch.dropId !== null && batch.skipped.length > 0) {
    const files = batch.skipped.slice(0, mostSkippedAtOnce)
    await bridge.invoke('staging.skip', { dropId: batch.dropId, files })
    batch.skipped = batch.skipped.slice(files.length)
  }
}

function sendHost(batch: DropBatch, connection: BrowserConnection): SendHost<DroppedFile> {
  const { bridge, uploadFile } = connection
  return {
    begin: async (items) => {
      // The page may still be connecting when something is dropped.
      await whenOnline()
      const { dropId } = await bridge.invoke('staging.begin', announcementOf(batch, items))
      batch.dropId = dropId
      // What is not named now, since the connection breaks, is named at the end.
      await nameSkipped(batch, connection).catch(() => undefined)
      return dropId
    },
    send: (dropId, item, index) =>
      sendFile(item, (file) => uploadFile(dropId, item.relativePath, file, index)),
    finish: async (dropId) => {
      await whenOnline()
      await nameSkipped(batch, connection)
      await bridge.invoke('staging.finish', { dropId })
    },
    whenOnline: async () => {
      await new Promise((resolve) => setTimeout(resolve, pauseMs))
      await whenOnline()
    },
  }
}

async function sendFile(item: DroppedFile, upload: (file: File) => Promise<Response>): Promise<SendResult> {
  let file: File
  try {
    file = await item.open()
  } catch {
    return { kind: 'failed', reason: t('pageUpload.unreadable') }
  }
  try {
    return await resultOf(await upload(file))
  } catch {
    // `fetch` fails with the same error for a lost connection and for a file that disappeared while it was read.
    if (!(await isReadable(file))) return { kind: 'failed', reason: t('pageUpload.unreadable') }
    return { kind: 'offline', reason: t('pageUpload.network') }
  }
}

/** Errors that the same request may not meet again: the earlier attempt is still arriving, or broke off on its way. */
const passingCodes: readonly ErrorCode[] = ['task-busy', 'connection-lost']

async function resultOf(response: Response): Promise<SendResult> {
  if (response.ok) return { kind: 'ok' }
  const body = errorBodySchema.safeParse(await response.json().catch(() => null))
  const reason = body.success
    ? errorText(body.data.error)
    : t('pageUpload.refused', { httpStatus: response.status })
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
