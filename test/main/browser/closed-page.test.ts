/** A page that is closed while it copies, with a real client behind it: what never came is said, in the window and in the receipt. */
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startBrowserServer } from '../../../src/main/browser/browser-server.ts'
import { endlessPatience } from '../../../src/main/client/client.ts'
import { browserBridge } from '../../../src/shared/browser-bridge.ts'
import { outcomeOf } from '../../../src/shared/outcome.ts'
import { serve } from '../../crossing/programs.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { openTestClient } from '../a-client.ts'
import { plainCsv } from '../plain-csv.ts'
import { connectPage, expectValue, sessionOf } from './page-client.ts'

async function openHost(client: Awaited<ReturnType<typeof openTestClient>>['client'], stateDir: string) {
  const options = { client, rendererDir: stateDir, stateDir, version: '1', port: 0, report: () => undefined }
  const host = await startBrowserServer({ ...options, dropIdleMs: 100 })
  onTestFinished(() => host.close())
  return { host, ...(await sessionOf(host.url)) }
}

type Host = Awaited<ReturnType<typeof openHost>>

async function beginAndSendFirst(host: Host) {
  const page = await connectPage(host)
  const paths = ['W/a.jpg', 'W/b.jpg', 'W/c.jpg']
  const announced = { name: 'Wedding', files: 3, paths, leftOut: 4, skipped: 5 }
  const { dropId } = expectValue<{ dropId: string }>(await page.command('staging.begin', announced))
  const url = host.origin + browserBridge.stagingUrl(dropId, 'W/a.jpg', 1)
  await fetch(url, { method: 'PUT', body: 'x', headers: { authorization: `Bearer ${host.token}` } })
  return { page, dropId }
}

describe('a page that was closed while it copied', () => {
  it('is told of with the names of what never came, beside the count of what it skipped, in every window, in the history and in the receipt', async () => {
    const folder = temporaryFolder()
    const server = await serve(join(folder, 'data'))
    const { client, events } = await openTestClient(join(folder, 'state'), server)
    const host = await openHost(client, join(folder, 'state'))
    const { page, dropId } = await beginAndSendFirst(host)
    page.socket.close()

    const row = () => events.flatMap(({ batches }) => batches).findLast(({ id }) => id === dropId)
    const missing = { files: 2, names: ['W/b.jpg', 'W/c.jpg'], why: 'page-closed' }
    await expect.poll(row).toMatchObject({
      neverArrived: missing,
      leftOut: 4,
      scanning: false,
      totals: { files: 1, removed: { skipped: 5 } },
    })
    await expect
      .poll(() => client.history.entries())
      .toMatchObject([{ counts: { done: 1, skipped: 5 }, leftOut: 4, neverArrived: missing }])
    const receipt = JSON.parse([...(await client.history.receipt(dropId, 'json')).parts].join(''))
    expect(receipt).toMatchObject({
      droppedFiles: 8,
      storedFiles: 1,
      notStoredFiles: 7,
      systemFilesLeftOut: 4,
    })
    expect(receipt.notStored).toMatchObject([{ relativePath: 'W/b.jpg' }, { relativePath: 'W/c.jpg' }])
    const csv = plainCsv([...(await client.history.receipt(dropId, 'csv')).parts].join(''))
    expect(csv).toContain('NOT STORED (never arrived),,W/c.jpg,')

    await client.queue.dismissMissing([dropId])
    await expect.poll(() => row()?.neverArrived).toBe(null)
    // Whoever has read the message has not made the files come.
    const { dropped, stored, notSent, level } = outcomeOf(row()?.totals ?? expect.unreachable())
    expect({ dropped, stored, notSent, level }).toMatchObject({
      ...{ dropped: 8, stored: 1, level: 'some-not' },
      notSent: { skipped: 5, neverArrived: 2 },
    })
  })

  it('stays on the list where nothing of its drop ever came, until it is dismissed', async () => {
    const folder = temporaryFolder()
    const { client, events } = await openTestClient(join(folder, 'state'), null)
    const host = await openHost(client, join(folder, 'state'))
    const page = await connectPage(host)
    const announced = { name: 'Wedding', files: 1, paths: ['a.jpg'] }
    const { dropId } = expectValue<{ dropId: string }>(await page.command('staging.begin', announced))
    page.socket.close()
    const row = () => events.flatMap(({ batches }) => batches).findLast(({ id }) => id === dropId)
    await expect.poll(() => row()?.neverArrived?.files).toBe(1)
    expect(events.flatMap(({ removedBatchIds }) => removedBatchIds)).toEqual([])
    await client.queue.dismissMissing([dropId])
    await expect.poll(() => events.flatMap(({ removedBatchIds }) => removedBatchIds)).toEqual([dropId])
  })

  it('is counted too where PhotoFerry was restarted meanwhile, and forgotten where the page came back', async () => {
    const folder = temporaryFolder()
    const state = join(folder, 'state')
    const first = await openTestClient(state, null)
    const host = await openHost(first.client, state)
    const { dropId: left } = await beginAndSendFirst(host)
    const { dropId: resumed } = await beginAndSendFirst(host)
    await host.host.close()
    await first.client.stop()

    // Long enough for the page to come back and to see that the other is still waited for.
    const again = await openTestClient(state, null, endlessPatience, { pageReturnMs: 4_000 })
    const next = await openHost(again.client, state)
    const page = await connectPage(next)
    const paths = ['W/b.jpg', 'W/c.jpg']
    expectValue(await page.command('staging.begin', { name: 'Wedding', files: 2, paths, dropId: resumed }))
    const row = (batchId: string) =>
      again.events.flatMap(({ batches }) => batches).findLast(({ id }) => id === batchId)
    await expect.poll(() => row(left)).toMatchObject({ scanning: true, neverArrived: null })
    const missing = { files: 2, names: [], why: 'page-closed' }
    await expect.poll(() => row(left)?.neverArrived).toMatchObject(missing)
    expect(row(resumed)).toMatchObject({ scanning: true, neverArrived: null })
  })
})
