/** Folders that were not read to their end are named and counted as not stored in whatever outlives the reading. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { writeReceiptFile } from '../../src/main/terminal/receipt-file.ts'
import { outcomeLine } from '../../src/main/terminal/report-lines.ts'
import { UploadReport } from '../../src/main/terminal/upload-report.ts'
import { outcomeOf, outcomeOfEntry } from '../../src/shared/outcome.ts'
import { serve, upload } from '../crossing/programs.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { openTestClient, writeFiles } from './a-client.ts'
import { plainCsv } from './plain-csv.ts'
import { dropPulledCard } from './unread-scene.ts'

const receiptOf = async (
  client: Awaited<ReturnType<typeof dropPulledCard>>['watched']['client'],
  id: string,
) => {
  const textOf = async (format: 'csv' | 'json') =>
    [...(await client.history.receipt(id, format)).parts].join('')
  return { csv: plainCsv(await textOf('csv')), json: JSON.parse(await textOf('json')) }
}

describe('a folder that was not read to its end', () => {
  it('is in the summary and in both receipts of an upload that was interrupted meanwhile', async () => {
    const { watched, report, cardPath, folder, server } = await dropPulledCard()
    await watched.client.stop()
    const summary = report.summarize(1)
    expect(summary).toMatchObject({ dropped: 3, done: 2, unread: 1, unreadPaths: [cardPath], unfinished: 0 })
    expect(outcomeLine(summary)).toContain(
      '2 of 3 files are stored on the server. Not stored: 1 not read to the end.',
    )
    const facts = { name: 'Wedding', serverUrl: server.url, itemIds: report.itemIds(), leftOut: 0 }
    const paths = [join(folder, 'r.csv'), join(folder, 'r.json')] as const
    for (const path of paths)
      await writeReceiptFile(path, watched.client, { ...facts, unreadPaths: summary.unreadPaths })
    const csv = plainCsv(readFileSync(paths[0], 'utf8'))
    expect(csv).toContain(`NOT STORED (folder not read to its end),${cardPath},CARD_1,,`)
    expect(JSON.parse(readFileSync(paths[1], 'utf8'))).toMatchObject({
      ...{ droppedFiles: 3, storedFiles: 2, notStoredFiles: 1 },
      notStored: [{ sourcePath: cardPath, status: 'not-read' }],
    })
  })

  it('ends the command with 1 where its drive was waited for in vain, and is in its receipt', async () => {
    const { watched, cardPath, folder, server, stateDir } = await dropPulledCard()
    await watched.client.stop()
    const receipt = join(folder, 'r.csv')
    const args = ['--wait', '1', '--receipt', receipt]
    const run = await upload([join(folder, 'Wedding')], server, stateDir, { args }).result
    expect(run).toMatchObject({ exitCode: 1, summary: { unread: 1, unreadPaths: [cardPath] } })
    expect(run.stderr).toContain(
      `NOT READ  ${cardPath}: the folder was not read to its end. More files may be in it.`,
    )
    expect(run.stderr).toContain('Not stored: 1 not read to the end.')
    expect(plainCsv(readFileSync(receipt, 'utf8'))).toContain(
      `NOT STORED (folder not read to its end),${cardPath},`,
    )
  })

  it('is in a receipt that the window writes meanwhile, and no longer once it is read', async () => {
    const { watched, batchId, cardPath, plugIn } = await dropPulledCard()
    const { scanning, totals } = watched.events.at(-1)?.overview ?? expect.unreachable()
    expect([scanning, outcomeOf(totals, { scanning }).level]).toEqual([true, 'in-progress'])
    const { csv, json } = await receiptOf(watched.client, batchId)
    expect(csv).toContain(`NOT STORED (folder not read to its end),${cardPath},CARD_1,,`)
    expect(json).toMatchObject({
      droppedFiles: 3,
      storedFiles: 2,
      notStoredFiles: 1,
      notStoredFilesWithoutName: 0,
    })
    plugIn()
    await expect.poll(() => watched.rows().length).toBe(4)
    await watched.client.whenIdle()
    const whole = await receiptOf(watched.client, batchId)
    expect(whole.json).toMatchObject({ droppedFiles: 4, storedFiles: 4, notStoredFiles: 0 })
  })

  it('stays in the history and in its receipts when the batch is removed from the list before it is read', async () => {
    const { watched, batchId, cardPath } = await dropPulledCard()
    await watched.client.queue.remove({ batchIds: [batchId] })
    const entry = watched.client.history.entries()[0] ?? expect.unreachable()
    expect(entry).toMatchObject({ counts: { done: 2, unread: 1 }, unreadPaths: [cardPath] })
    expect(outcomeOfEntry(entry)).toMatchObject({ dropped: 3, stored: 2, level: 'some-not' })
    const { csv, json } = await receiptOf(watched.client, batchId)
    expect(csv).toContain(`NOT STORED (folder not read to its end),${cardPath},CARD_1,,`)
    expect(json).toMatchObject({
      droppedFiles: 3,
      storedFiles: 2,
      notStoredFiles: 1,
      notStoredFilesWithoutName: 0,
    })
  })

  it('is in the entry that a removal of its finished files writes, until it is read', async () => {
    const { watched, batchId, plugIn } = await dropPulledCard()
    await watched.client.queue.removeFinished({ batchIds: [batchId] })
    const outcome = () => outcomeOfEntry(watched.client.history.entries()[0] ?? expect.unreachable())
    expect(outcome()).toMatchObject({ dropped: 3, stored: 2, level: 'some-not' })
    plugIn()
    await expect.poll(outcome).toMatchObject({ dropped: 4, stored: 4, level: 'all-stored' })
  })
})

describe('a file that still waits when an upload is interrupted', () => {
  it('is said to wait, and not to have failed', async () => {
    const folder = temporaryFolder()
    const wedding = writeFiles(join(folder, 'Wedding'), { 'a.jpg': 3 })
    const server = await serve(join(folder, 'data'))
    const still = { stillSeconds: 60 }
    const { client, statuses } = await openTestClient(join(folder, 'state'), server, undefined, still)
    const report = new UploadReport(client, [wedding])
    await client.intake.addPaths([wedding])
    await expect.poll(statuses).toEqual({ 'a.jpg': 'waiting' })
    await expect.poll(() => report.summarize(1).unread).toBe(0)
    await client.stop()
    const printed = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    onTestFinished(() => printed.mockRestore())
    report.print(report.summarize(1), true)
    const text = printed.mock.calls.flat().join('\n')
    expect(text).toMatch(/^WAITING {2}Wedding\/a\.jpg: /m)
    expect(text).toContain('Not stored: 1 still to do.')
    expect(text).not.toContain('FAILED')
  })
})
