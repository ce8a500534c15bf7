/** What the history says when its file fails. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { HistoryStore } from '../../../src/main/journal/history-store.ts'
import { createConfStore } from '../../../src/main/journal/json-store.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { openTestClient } from '../a-client.ts'

it('says of its own damaged file that the history begins anew, and nothing of a queue', () => {
  const stateDir = temporaryFolder()
  mkdirSync(join(stateDir, 'history'))
  writeFileSync(join(stateDir, 'history', 'history.json'), 'garbage')
  const { problem } = new HistoryStore({ stateDir, createStore: createConfStore })
  expect(problem).toMatchObject({ code: 'journal-damaged', facts: undefined })
  expect(problem?.message).toMatch(
    /^The history was unreadable .* It starts empty\. Uploaded files are not affected/,
  )
})

it.each(['journal', 'history'])(
  'a file in the place of %s/ keeps the client from opening, in one sentence',
  async (name) => {
    const stateDir = temporaryFolder()
    writeFileSync(join(stateDir, name), '')
    const opened = openTestClient(stateDir, null)
    await expect(opened).rejects.toMatchObject({ code: 'bad-request' })
  },
)

it.each(['0x10', '../../outside', 'a/b', ''])(
  'keeps the lines of a batch whose id is none, %o, and leads nowhere else',
  async (batchId) => {
    const root = temporaryFolder()
    const stateDir = join(root, 'state')
    mkdirSync(stateDir)
    const line = { sourcePath: '/card/a.jpg', relativePath: 'a.jpg', size: 5, reason: 'removed' }
    const lines = { stored: new Map(), removed: new Map([['item-1', line]]) }
    await new HistoryStore({ stateDir, createStore: createConfStore }).keepLines(batchId, lines)
    const again = new HistoryStore({ stateDir, createStore: createConfStore })
    expect(again.hasLines(batchId)).toBe(true)
    expect((await again.lines(batchId)).removed).toEqual(lines.removed)
    expect(readdirSync(root)).toEqual(['state'])
    expect(readdirSync(stateDir)).toEqual(['history'])
  },
)
