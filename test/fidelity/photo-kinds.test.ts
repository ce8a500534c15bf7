import { expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../temporary-folder.ts'
import {
  builtRows,
  folderRows,
  KindTrial,
  publicTitle,
  tableOf,
  tablesInDocument,
  wrongsOf,
} from './kinds-table.ts'

function aTrial(): KindTrial {
  const trial = new KindTrial(temporaryFolder())
  onTestFinished(() => trial.close())
  return trial
}

it('every kind of photo is converted right or stays as it is, as docs/photo-kinds.md says', {
  timeout: 240_000,
}, async () => {
  const documented = tablesInDocument()
  for (const [group, rows] of await builtRows(aTrial())) {
    expect(rows.flatMap(wrongsOf)).toEqual([])
    expect(tableOf(group, rows)).toBe(documented.get(group))
  }
})

it('so is every public test image, where there is a folder of them', {
  timeout: 240_000,
}, async (context) => {
  const folder = process.env.PHOTOFERRY_PHOTO_CASES
  if (folder === undefined) return context.skip('PHOTOFERRY_PHOTO_CASES names no folder')
  const rows = await folderRows(aTrial(), folder)
  expect(rows.flatMap(wrongsOf)).toEqual([])
  expect(tableOf(publicTitle, rows)).toBe(tablesInDocument().get(publicTitle))
})
