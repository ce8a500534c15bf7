/**
 * Files whose clients know no digest of them: such a client states a name and a count of chunks at most, or nothing. What
 * belongs together is told by who sends it, and under which name. Where two uploads would mix, both are refused; after a
 * silence the file begins anew.
 */
import { createHash } from 'node:crypto'
import { UploadError } from '../../../src/shared/protocol/errors.ts'
import { type TaskRow, unknownBytes } from '../../ledger/ledger.ts'
import { abortTask } from '../abort-task.ts'
import { openIfAdmitted } from '../admission.ts'
import { firstChunks } from '../chunk-plan.ts'
import type { Uploads } from '../context.ts'
import { isLiveAnywhere } from '../live-tasks.ts'
import type { ChunkPlace, Naming } from '../sizeless/receive-announced.ts'
import { newTask } from '../tasks.ts'
import { chunksMissing } from '../upload-errors.ts'

/** Without a sign of life for so long, an upload was given up, ms. */
const aliveMs = 30_000

/** Who sends a file, as far as the server can tell. */
export interface Sender {
  /** Which of the server's protocols is spoken. */
  readonly protocol: string
  /** The token's name and folder; empty without tokens. */
  readonly token: string
  /** Of the other end of the connection: behind a proxy, the proxy's. */
  readonly address: string
}

export interface NamedChunk extends ChunkPlace {
  /** A name that safe-path accepted, without folders; one name for all files where the client tells it only at the end. */
  readonly fileName: string
}

interface NamingOptions {
  readonly sender: Sender
  /** Chunks come one after the other: one that would leave a hole is refused. */
  readonly isInOrder: boolean
}

/** The sender's open upload of this name. */
export function findNamed(
  { ledger }: Uploads,
  sender: Sender,
  fileName: string,
): Promise<TaskRow | undefined> {
  return ledger.taskOfSender(keyOf(sender, fileName))
}

/** How the chunks of such a file find their upload. */
export function namingOf(uploads: Uploads, { sender, isInOrder }: NamingOptions): Naming<NamedChunk> {
  const open = async (chunk: NamedChunk): Promise<TaskRow> => {
    const found = await findNamed(uploads, sender, chunk.fileName)
    if (found === undefined) return openNew(uploads, sender, chunk)
    const isOfIt = found.announcedChunks === chunk.totalChunks
    if (isOfIt && !(await uploads.ledger.isContested(found.taskId))) return found
    return beginAnew(uploads, found, () => openNew(uploads, sender, chunk))
  }
  return {
    mayBeginAnew: true,
    open: async (chunk) => {
      const task = await open(chunk)
      if (isInOrder) await refuseHole(uploads, task, chunk)
      return task
    },
    onOtherBytes: async (task, chunk) => {
      const now = await uploads.ledger.task(task.taskId)
      // Another request was first.
      if (now === undefined) return open(chunk)
      if (await isAlive(uploads, now)) await uploads.ledger.contestChunk(now.taskId, chunk.chunkIndex)
      const anew = await beginAnew(uploads, now, () => openNew(uploads, sender, chunk))
      if (isInOrder) await refuseHole(uploads, anew, chunk)
      return anew
    },
  }
}

/** @throws UploadError `chunk-conflict` for an upload to which bytes of two files came */
export async function refuseMixed({ ledger }: Uploads, { taskId }: TaskRow): Promise<void> {
  if (await ledger.isContested(taskId)) throw mixed()
}

/** Also a refused request is a sign of life: nothing begins anew while two clients send. @throws UploadError `chunk-conflict` */
async function beginAnew(uploads: Uploads, task: TaskRow, open: () => Promise<TaskRow>): Promise<TaskRow> {
  if (await isAlive(uploads, task)) {
    await uploads.ledger.touchTask(task.taskId, uploads.now())
    throw mixed()
  }
  await abortTask(uploads, task.taskId)
  return open()
}

async function isAlive(uploads: Uploads, task: TaskRow): Promise<boolean> {
  return task.activeAtMs > uploads.now() - aliveMs || isLiveAnywhere(uploads, task)
}

async function openNew(
  uploads: Uploads,
  sender: Sender,
  { fileName, totalChunks }: NamedChunk,
): Promise<TaskRow> {
  const named = newTask(uploads, {
    relativePath: uploads.library.toServerPath(fileName),
    size: unknownBytes,
    chunkSize: unknownBytes,
    md5: null,
    announcedChunks: totalChunks,
    sender: keyOf(sender, fileName),
  })
  const task = await openIfAdmitted(uploads, named, () => uploads.ledger.addOfSender(named))
  uploads.log.debug({ taskId: task.taskId, path: task.relativePath }, 'task opened')
  // Another request may have opened one of another count at the same moment.
  if (task.announcedChunks !== totalChunks) throw mixed()
  return task
}

async function refuseHole(
  { ledger }: Uploads,
  { taskId }: TaskRow,
  { chunkIndex }: NamedChunk,
): Promise<void> {
  const count = await ledger.countChunks(taskId)
  if (chunkIndex <= count) return
  const missing = firstChunks(chunkIndex).slice(count)
  throw chunksMissing(
    missing,
    `Chunk ${count} has not arrived, so chunk ${chunkIndex} can't be taken. Send the file again.`,
  )
}

function keyOf({ protocol, token, address }: Sender, fileName: string): string {
  const text = JSON.stringify([protocol, token, address, fileName])
  return createHash('sha256').update(text).digest('hex')
}

function mixed(): UploadError {
  return new UploadError(
    'chunk-conflict',
    `Other bytes came for this file within ${aliveMs / 1000} seconds: two uploads would mix. Wait ${aliveMs / 1000} seconds, then send it again.`,
  )
}
