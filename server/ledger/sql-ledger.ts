/** What ledgers in SQL have in common: lookups, and changes of one statement. Each database runs its statements itself. */
import type { FileDigests } from '../digests.ts'
import type {
  ChunkRow,
  Claims,
  Damage,
  EndedTask,
  FileRow,
  FileVerification,
  Ledger,
  LedgerTotals,
  LinkRow,
  NewChunk,
  NewFile,
  Reservation,
  TaskPlan,
  TaskRow,
} from './ledger.ts'
import { below, chunkRow, fileRow, linkRow, taskRow, taskValues, textOrNull, totalsOf } from './rows.ts'
import { SqlBatches } from './sql-batches.ts'

export abstract class SqlLedger extends SqlBatches implements Ledger {
  abstract readonly claims: Claims | undefined
  abstract addAnnounced(task: TaskRow): Promise<TaskRow>
  abstract addOfSender(task: TaskRow): Promise<TaskRow>
  abstract reservePath(taskId: string, storedPath: string): Promise<Reservation>
  abstract addChunk(
    taskId: string,
    chunk: NewChunk,
    nowMs: number,
    plan?: TaskPlan,
  ): Promise<number | undefined>
  abstract removeChunks(taskId: string, chunkIndexes: readonly number[]): Promise<void>
  abstract forgetReceived(taskId: string): Promise<void>
  abstract commitFile(file: NewFile): Promise<FileRow>
  abstract commitDuplicate(task: EndedTask, fileId: number, nowMs: number): Promise<void>
  abstract close(): Promise<void>

  addTask(task: TaskRow): Promise<void> {
    return this.run('crash', 'addTask', ...taskValues(task))
  }

  async announcedTasks(relativePath: string, md5: string): Promise<readonly TaskRow[]> {
    return (await this.all('announcedTasks', relativePath, md5)).map(taskRow)
  }

  async taskOfSender(sender: string): Promise<TaskRow | undefined> {
    const [row] = await this.all('taskOfSender', sender)
    return row && taskRow(row)
  }

  renameTask(taskId: string, relativePath: string): Promise<void> {
    return this.run('crash', 'renameTask', relativePath, taskId)
  }

  setSize(taskId: string, size: number): Promise<void> {
    return this.run('crash', 'setSize', size, taskId)
  }

  async metadataOf(taskId: string): Promise<string | null> {
    const [row] = await this.all('metadataOf', taskId, taskId)
    return row === undefined ? null : textOrNull(row.metadata)
  }

  async isUnplacedPartial(partial: string): Promise<boolean> {
    return (await this.all('unplacedPartial', partial)).length > 0
  }

  async task(taskId: string): Promise<TaskRow | undefined> {
    const [row] = await this.all('task', taskId)
    return row && taskRow(row)
  }

  async openTasksOf(relativePath: string, size: number): Promise<readonly TaskRow[]> {
    return (await this.all('openTasksOf', relativePath, size)).map(taskRow)
  }

  async openTasks(): Promise<readonly TaskRow[]> {
    return (await this.all('openTasks')).map(taskRow)
  }

  async countOpenTasks(folder?: string): Promise<number> {
    const [row] =
      folder === undefined
        ? await this.all('countOpenTasks')
        : await this.all('countOpenTasksBelow', ...below(folder))
    return Number(row?.count)
  }

  async announcedBytes(folder?: string): Promise<number> {
    const [row] =
      folder === undefined
        ? await this.all('announcedBytes')
        : await this.all('announcedBytesBelow', ...below(folder))
    return Number(row?.bytes)
  }

  async receivedBytes(): Promise<number> {
    return Number((await this.all('receivedBytes'))[0]?.bytes)
  }

  touchTask(taskId: string, nowMs: number): Promise<void> {
    return this.run('crash', 'touchTask', nowMs, taskId)
  }

  setStatedSha256(taskId: string, sha256: string): Promise<void> {
    return this.run('crash', 'setStatedSha256', sha256, taskId)
  }

  setVerified(taskId: string, { md5, sha256 }: FileDigests): Promise<void> {
    return this.run('power-cut', 'setVerified', md5, sha256, taskId)
  }

  clearCopyOf(taskId: string): Promise<void> {
    return this.run('crash', 'clearCopyOf', taskId)
  }

  removeTask(taskId: string): Promise<void> {
    return this.run('crash', 'removeTask', taskId)
  }

  async chunks(taskId: string): Promise<readonly ChunkRow[]> {
    return (await this.all('chunks', taskId)).map(chunkRow)
  }

  async chunk(taskId: string, chunkIndex: number): Promise<ChunkRow | undefined> {
    const [row] = await this.all('chunk', taskId, chunkIndex)
    return row && chunkRow(row)
  }

  async countChunks(taskId: string): Promise<number> {
    return Number((await this.all('countChunks', taskId))[0]?.count)
  }

  suspectChunks(taskId: string): Promise<void> {
    return this.run('crash', 'suspectChunks', taskId)
  }

  async isContested(taskId: string): Promise<boolean> {
    return (await this.all('contested', taskId)).length > 0
  }

  contestChunk(taskId: string, chunkIndex: number): Promise<void> {
    return this.run('crash', 'contestChunk', taskId, chunkIndex)
  }

  async fileOfTask(taskId: string): Promise<FileRow | undefined> {
    const [row] = await this.all('fileOfTask', taskId, taskId)
    return row && fileRow(row)
  }

  async endLink(taskId: string, unknownId: string): Promise<void> {
    await this.run('crash', 'endDuplicate', taskId)
    await this.run('crash', 'endLink', unknownId, taskId)
  }

  async fileAt(storedPath: string): Promise<FileRow | undefined> {
    const [row] = await this.all('fileAt', storedPath)
    return row && fileRow(row)
  }

  async filesWithContent(size: number, sha256: string): Promise<readonly FileRow[]> {
    return (await this.all('filesWithContent', sha256, size)).map(fileRow)
  }

  async filesOfSize(size: number): Promise<readonly FileRow[]> {
    return (await this.all('filesOfSize', size)).map(fileRow)
  }

  async filesStoredFor(path: string, size: number, sha256: string): Promise<readonly FileRow[]> {
    return (await this.all('filesStoredFor', sha256, size, path, path)).map(fileRow)
  }

  async filesWithoutSha256(size: number, md5: string): Promise<readonly FileRow[]> {
    return (await this.all('filesWithoutSha256', md5, size)).map(fileRow)
  }

  async damagedFilesOf(size: number, { md5, sha256 }: FileDigests): Promise<readonly FileRow[]> {
    return (await this.all('damagedFilesOf', md5, size, sha256)).map(fileRow)
  }

  async damagedFiles(): Promise<readonly FileRow[]> {
    return (await this.all('damagedFiles')).map(fileRow)
  }

  async lostFiles(checkedBeforeMs: number): Promise<readonly FileRow[]> {
    return (await this.all('lostFiles', checkedBeforeMs)).map(fileRow)
  }

  async filesToCheck(checkedBeforeMs: number): Promise<readonly FileRow[]> {
    return (await this.all('filesToCheck', checkedBeforeMs)).map(fileRow)
  }

  setFileVerified(fileId: number, { sha256, mtimeMs, verifiedAtMs }: FileVerification): Promise<void> {
    return this.run('crash', 'setFileVerified', sha256, mtimeMs, verifiedAtMs, verifiedAtMs, fileId)
  }

  setFileDamaged(fileId: number, damage: Damage, nowMs: number): Promise<void> {
    return this.run('power-cut', 'setFileDamaged', nowMs, damage, nowMs, fileId)
  }

  setFileChecked(fileId: number, nowMs: number): Promise<void> {
    return this.run('crash', 'setFileChecked', nowMs, fileId)
  }

  async announcedFiles(md5: string, announcedChunks: number): Promise<readonly FileRow[]> {
    return (await this.all('announcedFiles', md5, announcedChunks, announcedChunks)).map(fileRow)
  }

  async filesFrom(path: string, most: 'some' | 'one'): Promise<readonly FileRow[]> {
    return (await this.all(most === 'one' ? 'fileFrom' : 'filesFrom', path)).map(fileRow)
  }

  forgetFile(fileId: number): Promise<void> {
    return this.run('crash', 'forgetFile', fileId)
  }

  forgetDuplicatesBefore(ms: number): Promise<void> {
    return this.run('crash', 'forgetDuplicatesBefore', ms)
  }

  addLink({ linkId, path, isFolder, madeAtMs, expiresAtMs }: LinkRow): Promise<void> {
    return this.run('power-cut', 'addLink', linkId, path, isFolder ? 1 : 0, madeAtMs, expiresAtMs)
  }

  async link(linkId: string): Promise<LinkRow | undefined> {
    const [row] = await this.all('link', linkId)
    return row && linkRow(row)
  }

  async links(): Promise<readonly LinkRow[]> {
    return (await this.all('links')).map(linkRow)
  }

  removeLink(linkId: string): Promise<void> {
    return this.run('power-cut', 'removeLink', linkId)
  }

  forgetLinksBefore(ms: number): Promise<void> {
    return this.run('crash', 'forgetLinksBefore', ms)
  }

  async totals(folder?: string): Promise<LedgerTotals> {
    if (folder === undefined) return totalsOf((await this.all('totals'))[0])
    return totalsOf((await this.all('totalsBelow', ...below(folder), ...below(folder)))[0])
  }
}
