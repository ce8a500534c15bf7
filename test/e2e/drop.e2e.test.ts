/** A real drop: what the browser hands over of a folder, and what of it arrives. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { fingerprint, seeded, writeRandomFile } from '../crossing/photo-folder.ts'
import { canRun, dropOnto, openScene } from './scene.ts'
import { slowUploads } from './slow-page.ts'

/** More files in one folder than `readEntries` gives at a time, nested folders, names of every script, an empty file. */
function makeWedding(root: string): number {
  const random = seeded(4711)
  const names = [
    ...Array.from({ length: 150 }, (_, index) => `card 1/DCIM/IMG_${4000 + index}.JPG`),
    '仪式/新娘和新郎.jpg',
    '仪式/🎉💍.heic',
    'soirée/première danse.jpg'.normalize('NFD'),
    'soirée/première danse.jpg'.normalize('NFC'),
    'soirée/très tard/100% #1?.nef',
    'a/b/c/d/e/f/g/h/Deep.CR3',
  ]
  for (const name of names) writeRandomFile(join(root, name), 2000 + Math.floor(random() * 60_000), random)
  writeRandomFile(join(root, 'clip.mov'), 20 << 20, random)
  writeRandomFile(join(root, 'empty.xmp'), 0, random)
  return names.length + 2
}

const done = (name: string) => `${name}, Done, 100%`

interface SeenProgress {
  /** The words of the last message about copying. */
  copying: string
  /** Every value of the overall progress bar. */
  readonly percents: number[]
}

/** Notes every change of progress that is shown, however short; the returned function reads the notes. */
async function watchProgress(page: Page): Promise<() => Promise<SeenProgress>> {
  const notes = await page.evaluateHandle(() => {
    const seen: SeenProgress = { copying: '', percents: [] }
    new MutationObserver(() => {
      const messages = document.querySelector('[aria-label="Messages"]')?.textContent ?? ''
      if (messages.includes('Copying')) seen.copying = messages
      const bar = document.querySelector('[aria-label="Overall progress"]')
      const percent = Number(bar?.getAttribute('aria-valuenow') ?? -1)
      if (percent >= 0 && percent !== seen.percents.at(-1)) seen.percents.push(percent)
    }).observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true })
    return seen
  })
  return () => notes.jsonValue()
}

describe.skipIf(!canRun)('a folder that is dropped onto the page', () => {
  it('arrives whole, with its structure and under its names, in sight of the person', async () => {
    const { source, library, window } = await openScene()
    const folder = join(source, 'Li & Wang Wedding')
    const count = makeWedding(folder)
    await window.page.getByRole('heading', { name: 'Drop photos or folders here' }).waitFor()

    const seen = await watchProgress(window.page)
    await slowUploads(window.page, 8 << 20)
    await dropOnto(window.page, [folder])
    await window.notAllStored.waitFor({ timeout: 60_000 })

    // The empty file arrives too, but nobody may call it stored.
    await window.totals.getByText(`${count - 1} of ${count} files stored`, { exact: true }).waitFor()
    expect(await window.percent(window.totals)).toBe(99)
    await window.page.getByText(`Done ${count - 1}`, { exact: true }).waitFor()
    expect(await window.rows.count()).toBeGreaterThan(5)
    const labels = await window.rows.evaluateAll((rows) => rows.map((row) => row.getAttribute('aria-label')))
    for (const label of labels) expect(label).toMatch(/, Done, 100%$|, Empty, 100%/)
    // In natural order: a file of every depth, then the long card.
    expect(labels.slice(0, 3)).toEqual(['Deep.CR3', 'IMG_4000.JPG', 'IMG_4001.JPG'].map(done))
    expect(fingerprint(join(library, 'uploads'))).toEqual(fingerprint(source))
    const { copying, percents } = await seen()
    expect(copying).toMatch(/^Copying \d+ of 158 into PhotoFerry/)
    expect(percents.filter((percent) => percent > 0 && percent < 100).length).toBeGreaterThan(2)
    expect(percents.at(-1)).toBe(99)
  })

  it('arrives together with single files that are dropped beside it', async () => {
    const { source, library, window } = await openScene()
    const random = seeded(1)
    for (const name of ['day 1/a.jpg', 'day 1/b.jpg', 'c.jpg'])
      writeRandomFile(join(source, name), 5000, random)
    await dropOnto(window.page, [join(source, 'day 1'), join(source, 'c.jpg')])
    await window.allStored.waitFor()
    await window.totals.getByText('3 of 3 files stored', { exact: true }).waitFor()
    expect(fingerprint(join(library, 'uploads'))).toEqual(fingerprint(source))
  })

  it('says so when there is nothing in it', async () => {
    const { source, window } = await openScene()
    mkdirSync(join(source, 'Empty', 'inside'), { recursive: true })
    await dropOnto(window.page, [join(source, 'Empty')])
    await window.page.getByRole('status').getByText('No files in Empty').waitFor()
  })
})
