import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openStateFolders } from '../../../src/main/journal/state-folders.ts'
import { temporaryFolder } from '../../temporary-folder.ts'

it('removes drafts that a crash left, and nothing else', () => {
  const stateDir = temporaryFolder()
  const [journal, history] = [join(stateDir, 'journal'), join(stateDir, 'history')]
  mkdirSync(journal)
  mkdirSync(history)
  const kept = [
    'items-000000.json',
    'items-000000.previous.json',
    'items-000000.json.damaged-1',
    'draft.json',
  ]
  for (const name of [...kept, 'items-000000.json.draft', 'batches.json.tmp-5884031294deac31']) {
    writeFileSync(join(journal, name), '{}')
  }
  for (const name of ['history.json', 'history.json.tmp-588403103126f4f0', 'id.jsonl.draft']) {
    writeFileSync(join(history, name), '{}')
  }
  writeFileSync(join(stateDir, 'settings.json.tmp-58840356206a1994'), '{}')
  openStateFolders(stateDir)
  expect(readdirSync(stateDir).sort()).toEqual(['history', 'journal'])
  expect(readdirSync(journal).sort()).toEqual(kept.sort())
  expect(readdirSync(history)).toEqual(['history.json'])
})

it('makes the folders where nothing was before', () => {
  const stateDir = join(temporaryFolder(), 'state')
  openStateFolders(stateDir)
  expect(readdirSync(stateDir).sort()).toEqual(['history', 'journal'])
})
