/** Every place that shows a count adds up to what was dropped, for nine mixtures of what can become of files. */
import { describe, expect, it } from 'vitest'
import { chineseOutcome, englishOutcome } from '../../src/main/desktop/outcome-text.ts'
import { progressText } from '../../src/main/terminal/progress-line.ts'
import { notStoredText, outcomeLine } from '../../src/main/terminal/report-lines.ts'
import { factsOf } from '../../src/renderer/features/history/history-text.ts'
import { announcements } from '../../src/renderer/features/notices/announcements.ts'
import { outcomeOfBatch } from '../../src/renderer/store/status-groups.ts'
import { copiesText, outcomeText, reasonTexts, storedText } from '../../src/renderer/text/outcome-text.ts'
import type { BatchRow } from '../../src/shared/feed.ts'
import { type Outcome, outcomeOf, outcomeOfEntry, percentOf } from '../../src/shared/outcome.ts'
import type { WatchedClient } from './a-client.ts'
import { type Dropped, drop, droppedIn, type Mixture, nothing } from './counts-scene.ts'
import { plainCsv } from './plain-csv.ts'

const mixtures: readonly Partial<Mixture>[] = [
  { stored: 3 },
  { stored: 1, canceled: 4 },
  { skipped: 3 },
  { stored: 2, skipped: 2 },
  { stored: 2, empty: 1 },
  { stored: 2, failed: 2 },
  { stored: 2, removed: 2 },
  { converted: 2, stored: 1 },
  { stored: 2, converted: 1, skipped: 1, canceled: 2, empty: 1, failed: 1, removed: 1, cleared: 1 },
]

/** A place that shows counts: how many it says were dropped, stored, and each not stored for some reason. */
interface Shown {
  readonly place: string
  readonly dropped: number
  readonly stored: number
  readonly others: number
}

const reasons =
  /([\d,]+) (?:failed|empty|skipped|canceled|removed|still to do)|([\d,]+) 个(?:失败|为空文件|按您的规则跳过|已取消|已移出列表|待上传)/g

/** The counts that a text names. */
function read(place: string, text: string): Shown {
  const whole = /(\d+)(?: of |\/)(\d+)/.exec(text)
  const all = /(\d+) (?:files? (?:stored|is stored|are stored)|个文件已存储)/.exec(text)?.[1]
  const others = [...text.matchAll(reasons)].reduce(
    (sum, [, english, chinese]) => sum + Number(english ?? chinese),
    0,
  )
  const stored = Number(whole?.[1] ?? all ?? Number.NaN)
  return { place, stored, dropped: Number(whole?.[2] ?? all ?? Number.NaN), others }
}

const shown = (place: string, { dropped, stored, notSentFiles, toDo }: Outcome): Shown => ({
  place,
  dropped,
  stored,
  others: notSentFiles + toDo,
})

/** The batch and all of the list as the window is told of them. */
function feedOf(
  { events }: WatchedClient,
  batchId: string,
): { readonly batch: BatchRow; readonly all: Outcome } {
  const rows = events.flatMap(({ batches }) => batches)
  const batch = rows.findLast(({ id }) => id === batchId)
  const overview = events.at(-1)?.overview
  if (!batch || !overview) throw new Error('The feed has not told of the batch.')
  return { batch, all: outcomeOf(overview.totals) }
}

async function receiptPlaces({ client }: WatchedClient, batchId: string): Promise<Shown[]> {
  const textOf = async (format: 'csv' | 'json') =>
    [...(await client.history.receipt(batchId, format)).parts].join('')
  const [csv, json] = [plainCsv(await textOf('csv')), JSON.parse(await textOf('json'))]
  const stored = csv.match(/^stored,/gm)?.length ?? 0
  const others = csv.match(/^NOT STORED \(/gm)?.length ?? 0
  const rows = csv.trimEnd().split('\r\n').length - 1
  expect([json.stored.length, json.notStored.length]).toEqual([json.storedFiles, json.notStoredFiles])
  return [
    { place: 'receipt (CSV)', dropped: rows, stored, others },
    {
      place: 'receipt (JSON)',
      dropped: json.droppedFiles,
      stored: json.storedFiles,
      others: json.notStoredFiles,
    },
  ]
}

/** Places that outlive a restart. */
async function lasting(watched: WatchedClient, batchId: string): Promise<Shown[]> {
  const { batch, all } = feedOf(watched, batchId)
  const outcome = outcomeOfBatch(batch)
  const entry = watched.client.history.entries().find((one) => one.batchId === batchId)
  if (!entry) throw new Error('The history has no entry of the batch.')
  return [
    shown('feed, the batch', outcome),
    shown('feed, the list', all),
    shown('history entry', outcomeOfEntry(entry)),
    read('history, in the window', factsOf(entry).join(' · ')),
    read('rail', [storedText(outcome), ...reasonTexts(outcome)].join(' · ')),
    read('bar', outcomeText(all)),
    read('tray', englishOutcome.counts(all)),
    read('tray, in Chinese', chineseOutcome.counts(all)),
    read(
      'notification',
      englishOutcome.batch('Wedding', outcomeOfEntry(entry), { bytes: 0, activeMs: 0 }).body,
    ),
    ...(await receiptPlaces(watched, batchId)),
  ]
}

function placesOfRun({ watched, report, batchId }: Dropped): Shown[] {
  const { batch } = feedOf(watched, batchId)
  const going = { ...batch, scanning: true }
  const one = (row: BatchRow) => ({ batches: new Map([[row.id, row]]), failed: 0 })
  const [announcement = ''] = announcements(one(going), one(batch))
  const summary = report.summarize(1)
  const { dropped, done } = summary
  const others = notStoredText(summary)
  const overview = watched.events.at(-1)?.overview
  if (!overview) throw new Error('The feed has not told of anything.')
  return [
    read('announcement', announcement),
    read('terminal', outcomeLine(summary)),
    { place: 'terminal (JSON)', dropped, stored: done, others: read('', others).others },
    read('terminal, while it runs', progressText(overview)),
  ]
}

function assertAddsUp(mixture: Mixture, places: readonly Shown[]): void {
  const dropped = droppedIn(mixture)
  const stored = mixture.stored + mixture.converted + mixture.cleared
  const expected = places.map(({ place }) => ({ place, dropped, stored, others: dropped - stored }))
  expect(places).toEqual(expected)
}

function expectedLevel({ failed, stored, converted, cleared, ...others }: Mixture): Outcome['level'] {
  if (failed > 0) return 'failed'
  return Object.values(others).some((count) => count > 0) ? 'some-not' : 'all-stored'
}

const nameOf = (mixture: Partial<Mixture>) =>
  Object.entries(mixture)
    .map(([kind, count]) => `${count} ${kind}`)
    .join(', ')

const lines: string[] = []

describe('the counts of a drop', () => {
  it.each(mixtures.map((part) => [nameOf(part), { ...nothing, ...part }] as const))(
    'of %s add up to what was dropped in every place, also after a restart',
    async (name, mixture) => {
      const dropped = await drop(mixture)
      const { watched, batchId, before, reopen } = dropped
      // While nothing had been sent yet.
      if (before) expect(outcomeOf(before.overview.totals)).toMatchObject({ dropped: droppedIn(mixture) })
      const places = [...(await lasting(watched, batchId)), ...placesOfRun(dropped)]
      assertAddsUp(mixture, places)
      const { batch } = feedOf(watched, batchId)
      const outcome = outcomeOfBatch(batch)
      expect(outcome).toMatchObject({ level: expectedLevel(mixture), copies: mixture.converted })
      expect(percentOf(batch.totals, outcome) === 100).toBe(outcome.level === 'all-stored')
      expect(outcomeOfBatch({ ...batch, scanning: true }).level).toBe('in-progress')
      expect(copiesText(outcome) !== '').toBe(mixture.converted > 0)
      await watched.client.stop()
      const again = await reopen()
      await expect.poll(() => again.events.at(-1)?.more).toBe(false)
      const after = await lasting(again, batchId)
      assertAddsUp(mixture, after)
      lines.push(...tableOf(name, places, after))
    },
  )

  it('are the same in every place', () => {
    console.log(lines.join('\n'))
    expect(new Set(lines.map((line) => line.split(' | ')[0])).size).toBe(mixtures.length)
  })
})

function tableOf(name: string, places: readonly Shown[], after: readonly Shown[]): string[] {
  const sum = ({ stored, others, dropped }: Shown) => `${stored} + ${others} = ${dropped}`
  const restarted = new Map(after.map((place) => [place.place, sum(place)]))
  return places.map((place) => [name, place.place, sum(place), restarted.get(place.place) ?? '-'].join(' | '))
}
