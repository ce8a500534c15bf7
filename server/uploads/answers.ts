/** Turns rows of the ledger into answers of the native protocol. */
import { type ChunkReceipt, routes, type StoredFile, type Task } from '../../src/shared/protocol/wire.ts'
import type { FileRow, TaskRow } from '../ledger/ledger.ts'
import { allChunks, chunkSizeFor, percent, totalChunks } from './chunk-plan.ts'
import type { Uploads } from './context.ts'

/** @param uploadedChunks indexes of the verified chunks, ascending */
export function openTaskAnswer({ store }: Uploads, task: TaskRow, uploadedChunks: number[]): Task {
  return {
    taskId: task.taskId,
    chunkSize: task.chunkSize,
    totalChunks: totalChunks(task),
    uploadedChunks,
    done: false,
    chunkDigest: store.chunkDigest,
    ...(task.ends !== null && { ends: task.ends }),
  }
}

export function doneTaskAnswer({ limits, library }: Uploads, taskId: string, file: FileRow): Task {
  const plan = { size: file.size, chunkSize: chunkSizeFor(file.size, limits.chunkSize) }
  return {
    taskId,
    chunkSize: plan.chunkSize,
    totalChunks: totalChunks(plan),
    uploadedChunks: allChunks(plan),
    done: true,
    ...(file.sha256 !== null && { sha256: file.sha256 }),
    verifiedAt: new Date(file.verifiedAtMs).toISOString(),
    url: routes.file(library.toClientPath(file.storedPath)),
  }
}

/** @param uploaded count of chunks that the server has */
export function chunkReceipt(task: TaskRow, chunkIndex: number, uploaded: number): ChunkReceipt {
  const total = totalChunks(task)
  return { chunkIndex, uploaded, total, progress: percent(uploaded, total) }
}

export function storedFileAnswer({ library }: Uploads, file: FileRow): StoredFile {
  const path = routes.file(library.toClientPath(file.storedPath))
  return {
    fileName: file.storedPath.slice(file.storedPath.lastIndexOf('/') + 1),
    size: file.size,
    md5: file.md5,
    ...(file.sha256 !== null && { sha256: file.sha256 }),
    path,
    url: path,
    uploadTime: file.storedAtMs,
    verifiedAt: new Date(file.verifiedAtMs).toISOString(),
  }
}
