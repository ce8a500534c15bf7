/** A state folder of a newer PhotoFerry is refused and left as it is; one of an older is read, and marked. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { markFormat, refuseNewer } from '../../../src/main/journal/state-format.ts'
import { runCli } from '../../crossing/programs.ts'
import { temporaryFolder } from '../../temporary-folder.ts'

it('is refused where a newer PhotoFerry wrote it, in one sentence, and nothing is changed', async () => {
  const folder = temporaryFolder()
  const state = join(folder, 'state')
  mkdirSync(join(state, 'journal'), { recursive: true })
  writeFileSync(join(state, 'format.json'), '{"format":2,"more":true}')
  writeFileSync(join(state, 'journal', 'batches.json'), 'in words of the future')
  writeFileSync(join(folder, 'a.jpg'), 'a')
  const words = ['upload', 'a.jpg', '--server', 'http://127.0.0.1:9', '--state', state]
  const { exitCode, stderr } = await runCli(words, folder)
  expect(exitCode).not.toBe(0)
  expect(stderr).toContain('was written by a newer PhotoFerry. Start that one')
  expect(readFileSync(join(state, 'journal', 'batches.json'), 'utf8')).toBe('in words of the future')
  expect(readFileSync(join(state, 'format.json'), 'utf8')).toBe('{"format":2,"more":true}')
})

it.each([
  ['of before the number was kept', null],
  ['whose number is damaged', '{"format":'],
  ['whose number is none', '{"format":"two"}'],
  ['of this format', '{"format":1}'],
])('is taken as its own: one %s', (_, content) => {
  const folder = temporaryFolder()
  const file = join(folder, 'format.json')
  if (content !== null) writeFileSync(file, content)
  refuseNewer(folder)
  markFormat(folder)
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ format: 1 })
})
