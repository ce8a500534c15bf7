/**
 * Every sync of the client fails once and loses what was written since the last good one: copies of dropped files, the list,
 * settings, history. What is uploaded is what was dropped, and the next start finds everything that was acknowledged.
 */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { describe, expect, it, onTestFinished } from 'vitest'
import { serve } from '../crossing/programs.ts'
import { canFailSyncs, failingSync } from '../failing-sync/failing-sync.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { openTestClient } from './a-client.ts'
import { contentOf, namesOf, sceneFolders } from './failed-sync-files.ts'
import { writePhoto } from './images/photos.ts'
import { large } from './pipeline/preset-scene.ts'

const scene = fileURLToPath(new URL('./failed-sync-scene.ts', import.meta.url))

/** One of each kind at every run: which sync of paths that contain what. Every single one before a release: a minute. */
const chosen = [
  [1, '.part'],
  [1, '/staging'],
  [2, '/staging/'],
  [1, '/items-'],
  [1, '/batches'],
  [3, '/journal'],
  [1, '/settings.json'],
  [1, '/history.json'],
  [1, '.jsonl'],
  [2, '/history'],
] as const
const isThorough = process.env.CRASH_ALL === '1'

interface Finding {
  readonly run: number
  readonly failed: readonly string[]
  readonly log: readonly string[]
}

async function runScene(
  folder: string,
  server: { url: string; token: string },
  orders: string,
): Promise<Finding[]> {
  const { scratch, states } = sceneFolders(folder)
  for (const needed of [scratch, states]) mkdirSync(needed)
  const { env } = failingSync(scratch, states)
  const args = [scene, folder, server.url, server.token, orders]
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, ...env },
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let stderr = ''
  child.stderr.on('data', (text) => {
    stderr += text
  })
  const findings: Finding[] = []
  for await (const line of createInterface({ input: child.stdout }))
    findings.push(JSON.parse(line) as Finding)
  expect(stderr).toBe('')
  return findings
}

describe.runIf(canFailSyncs)('a sync of the client that fails once and loses what was written', () => {
  it('harms no copy, no list, no setting and no history', { timeout: 300_000 }, async () => {
    const folder = realpathSync(temporaryFolder())
    const data = join(folder, 'data')
    const orders = isThorough ? 'every' : JSON.stringify(chosen)
    const findings = await runScene(folder, await serve(data), orders)
    if (isThorough) expect(findings.at(-1)?.failed).toEqual([])
    else expect(findings.map(({ failed }) => failed.length)).toEqual(chosen.map(() => 1))
    const failed = findings.flatMap((finding) =>
      finding.failed.map((path) => path.replace(/.*states\/\d+/, '')),
    )
    for (const part of ['/journal', '/history', '/staging', '/settings']) {
      expect(
        failed.filter((path) => path.startsWith(part)),
        part,
      ).not.toEqual([])
    }
    for (const finding of findings) {
      expect(finding).toMatchObject({ listed: 1, history: 1, inReceipt: 2, parallelFiles: 2, leftovers: [] })
      for (const name of namesOf(finding.run)) {
        expect(readFileSync(join(data, 'uploads', 'Drop', name)).equals(contentOf(name)), name).toBe(true)
      }
    }
  })
})

describe.runIf(canFailSyncs)(
  'a converted copy that fails to sync, in its file and then in its folder',
  () => {
    it('is made once more, and what is stored is a whole picture', async () => {
      const folder = realpathSync(temporaryFolder())
      await writePhoto(folder, 'photo.jpg', large)
      const server = await serve(join(folder, 'data'))
      const [finding] = await runScene(folder, server, JSON.stringify([[1, '/payloads']]))
      const failed = finding?.failed.map((path) => path.replace(/.*payloads/, '')) ?? []
      expect(failed).toEqual([expect.stringMatching(/\.part$/), ''])
      const { data, info } = await sharp(join(folder, 'data', 'uploads', 'photo.jpg'))
        .raw()
        .toBuffer({ resolveWithObject: true })
      expect(info).toMatchObject({ width: 1600, height: 1200 })
      expect(data.some((value) => value > 0)).toBe(true)
    })
  },
)

describe('copies of dropped files that no list names', () => {
  it('are kept, and put on the list for the person to resume or to remove', async () => {
    const folder = temporaryFolder()
    const state = join(folder, 'state')
    const server = await serve(join(folder, 'data'))
    const first = await openTestClient(state, null)
    const drop = await first.client.intake.openInbox('Dropped')
    const copies = ['one', 'two'].map((name) => join(drop.folder, `${name}-copy.jpg`))
    for (const [index, copy] of copies.entries()) {
      const relativePath = `Dropped/${['one', 'two'][index]}.jpg`
      drop.nameCopy(copy, relativePath)
      writeFileSync(copy, copy)
      await drop.add(relativePath, copy)
    }
    await drop.close()
    writeFileSync(join(drop.folder, 'half.jpg.part'), 'pix')
    await first.client.stop()
    for (const name of ['items-000000.json', 'items-000000.previous.json']) {
      if (existsSync(join(state, 'journal', name))) writeFileSync(join(state, 'journal', name), '{ torn')
    }

    const second = await openTestClient(state, server)
    expect(second.log.join('\n')).toMatch(/Copies of 2 dropped files were found/)
    expect(second.statuses()).toEqual({ 'one.jpg': 'paused', 'two.jpg': 'paused' })
    expect(copies.map((copy) => existsSync(copy))).toEqual([true, true])
    expect(existsSync(join(drop.folder, 'half.jpg.part'))).toBe(false)

    await second.client.queue.resume({ itemIds: [second.row('one.jpg').id] })
    await second.client.whenIdle()
    expect(readFileSync(join(folder, 'data', 'uploads', 'Dropped', 'one.jpg'), 'utf8')).toBe(copies[0])
    await second.client.queue.remove({ itemIds: [second.row('two.jpg').id] })
    await second.client.stop()
    expect(copies.map((copy) => existsSync(copy))).toEqual([false, false])
  })

  it('belong to their batch where a page was sending them: they are sent, and the page need not send them again', async () => {
    const folder = temporaryFolder()
    const state = join(folder, 'state')
    const server = await serve(join(folder, 'data'))
    const first = await openTestClient(state, null)
    const announced = { files: 2, leftOut: 0, skipped: 0 }
    const drop = await first.client.intake.openInbox('Dropped', undefined, undefined, announced)
    const copy = join(drop.folder, 'copy.jpg')
    drop.nameCopy(copy, 'Dropped/one.jpg')
    writeFileSync(copy, 'pixels')
    // It ended before it had listed the copy.
    await drop.suspend()
    await first.client.stop()

    const second = await openTestClient(state, server)
    await expect.poll(second.statuses).toEqual({ 'one.jpg': 'done' })
    expect(second.row('one.jpg').batchId).toBe(drop.batchId)
    expect(second.log.join('\n')).not.toMatch(/were found/)
    const again = await second.client.intake.openInbox('Dropped', drop.batchId, undefined, announced)
    expect(again.received.get('Dropped/one.jpg')).toBe(6)
    await again.close()
  })
})
