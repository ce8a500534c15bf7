/** R3, R8: what the queue owns is on disk before it has its name, and its name before anybody is told. */
import { writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { receiveFile } from '../../src/main/browser/receive-file.ts'
import { Journal } from '../../src/main/journal/journal.ts'
import { createConfStore } from '../../src/main/journal/json-store.ts'
import { PayloadStore } from '../../src/main/pipeline/payload-store.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { anItem } from './an-item.ts'
import { canWatch, watchDisk } from './watched-disk.ts'

describe.runIf(canWatch)('the order of syncs', () => {
  it('of the journal: its draft is synced before it takes the place of the file', async () => {
    const log = await watchDisk()
    const stateDir = temporaryFolder()
    const journal = new Journal({ stateDir, createStore: createConfStore, onWriteError: () => undefined })
    journal.put(anItem())
    journal.nextOrder()
    await journal.save()
    for (const name of ['items-000000.json', 'batches.json']) {
      const [synced, named] = [log.indexOf(`sync ${name}.draft`), log.indexOf(`name ${name}`)]
      expect(synced).toBeGreaterThanOrEqual(0)
      expect(named).toBeGreaterThan(synced)
    }
  })

  it('of a staged copy: its bytes, its name, its folder, and then the answer', async () => {
    const log = await watchDisk()
    const folder = temporaryFolder()
    const bytes = Buffer.from('pixels')
    const body = Readable.from([bytes])
    const file = { relativePath: 'a.jpg', place: null, size: bytes.length, modifiedMs: 1_000, body }
    const { path } = await receiveFile(file, folder)
    const name = basename(path)
    expect(log).toEqual([`sync ${name}.part`, `name ${name}`, `sync ${basename(folder)}`])
  })

  it('of a converted copy: its name, then its folder, and where that is new its name too', async () => {
    const log = await watchDisk()
    const stateDir = temporaryFolder()
    const payloads = new PayloadStore(stateDir)
    // The process that converts has synced the draft: see images/convert/synced-copy.test.ts.
    writeFileSync(payloads.draftOf('one'), 'a copy')
    const path = await payloads.publish('one', 'jpeg')
    expect(basename(path)).toBe('one.jpg')
    expect(log).toEqual(['name one.jpg', 'sync payloads', `sync ${basename(stateDir)}`])
  })
})
