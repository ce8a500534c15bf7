/** What the history says when its file fails. */
import { mkdirSync, writeFileSync } from 'node:fs'
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
