/**
 * F3 in short: the power of a server and of a client is cut at some hundred places. Needs Linux and gcc, and a minute for
 * each side: in `npm run test:power-cuts:short`. The long form is `npm run test:power-cuts`.
 */
import { describe, expect, it } from 'vitest'
import { cutPower, sides } from './cut-power.ts'
import { createRecorder } from './record/recorder.ts'
import { crashState } from './replay/crash-state.ts'
import { DiskModel } from './replay/disk-model.ts'
import { randomFrom } from './replay/random.ts'
import { assertComplete } from './replay/same-folder.ts'

const cuts = Number(process.env.PHOTOFERRY_POWER_CUTS ?? 0)
/** For each side, without the recording. */
const seconds = 35

const replace = `
  const fs = require('node:fs'), [, root, marks, ...syncs] = process.argv
  const sync = (path) => { const fd = fs.openSync(path, 'r'); fs.fsyncSync(fd); fs.closeSync(fd) }
  fs.writeFileSync(root + '/draft', 'content'.repeat(1000))
  if (syncs.includes('file')) sync(root + '/draft')
  fs.renameSync(root + '/draft', root + '/final')
  if (syncs.includes('folder')) sync(root)
  fs.writeFileSync(marks, 'told')
  fs.writeFileSync(root + '/later', 'more')`

/** How many of many power cuts, after a program was told that a file is there, leave it whole. */
async function wholeAfter(syncs: readonly string[], states: number): Promise<number> {
  const recorder = await createRecorder()
  try {
    const program = recorder.start(['--eval', replace, recorder.root, recorder.marks, ...syncs])
    expect(await program.exited, program.stderr()).toBe(0)
    const operations = recorder.operations()
    assertComplete(operations, recorder.root)
    const disk = new DiskModel()
    const told = operations.findIndex(({ kind }) => kind === 'mark')
    for (const operation of operations.slice(0, told)) disk.apply(operation)
    const seeds = Array.from({ length: states }, (_, seed) => seed)
    const files = seeds.map((seed) => crashState(disk, randomFrom(seed)).files.get('final'))
    return files.filter((file) => file?.bytes.equals(Buffer.from('content'.repeat(1000)))).length
  } finally {
    recorder.remove()
  }
}

describe.runIf(cuts > 0)('a power cut at any moment', () => {
  it('takes what a program did not sync: the file, or the folder of its name', async () => {
    const counts = [[], ['file'], ['folder'], ['file', 'folder']].map((syncs) => wholeAfter(syncs, 200))
    const [neither = 0, file = 0, folder = 0, both = 0] = await Promise.all(counts)
    for (const lossy of [neither, file, folder]) {
      expect(lossy).toBeGreaterThan(0)
      expect(lossy).toBeLessThan(190)
    }
    expect(both).toBe(200)
  })

  it.each(sides)('takes nothing back that a %s has said', { timeout: 300_000 }, async (side) => {
    const report = await cutPower(side, { seed: 1, cuts, seconds }, console.log)
    expect(report.failures.map(({ cut, problems }) => ({ cut, problems }))).toEqual([])
    expect(report.distinct).toBeGreaterThan(100)
    expect(report.finished).toBeGreaterThan(3)
  })
})
