/** What the review says is true when it is said: an answer that comes late says nothing any more. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { showSurvey } from '../../../../src/renderer/features/survey/show-survey.ts'
import { usePendingDrops } from '../../../../src/renderer/features/survey/survey-store.ts'
import { useAlerts } from '../../../../src/renderer/store/alert-store.ts'
import type { Bridge } from '../../../../src/shared/bridge.ts'
import { CommandError } from '../../../../src/shared/ipc.ts'
import { SurveyTally } from '../../../../src/shared/survey-tally.ts'

const gone = new CommandError({ code: 'not-found', message: 'This drop is no longer under review.' })
const leftOut = { entries: 0, names: [] }
const survey = new SurveyTally({ name: 'in', skip: () => null, maxFileSize: null, knowsList: true, leftOut })

interface Asked {
  readonly name: string
  readonly answer: (value: unknown) => void
  readonly refuse: (error: CommandError) => void
}

/** A bridge whose commands are answered by the test; the first look is answered at once. */
function bridgeOf(): { bridge: Bridge; asked: Asked[] } {
  const asked: Asked[] = []
  const invoke = (name: string) => {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    asked.push({ name, answer: resolve, refuse: reject })
    if (asked.length === 1) resolve(survey.snapshot())
    return promise
  }
  return { bridge: { invoke } as unknown as Bridge, asked }
}

async function openReview() {
  const { bridge, asked } = bridgeOf()
  const batches: string[] = []
  const shown = showSurvey(bridge, 's', (ids) => batches.push(...ids))
  await vi.advanceTimersByTimeAsync(250)
  expect(asked.map(({ name }) => name)).toEqual(['survey.get', 'survey.get'])
  const drop = usePendingDrops.getState().pending.at(-1)
  if (drop === undefined) throw new Error('nothing is shown')
  return { asked, batches, shown, drop }
}

beforeEach(() => {
  vi.useFakeTimers()
  usePendingDrops.setState({ pending: [] })
  useAlerts.setState({ alerts: [] })
})
afterEach(() => vi.useRealTimers())

const alerts = () => useAlerts.getState().alerts.map(({ message }) => message)

describe('a review', () => {
  it('is not called forgotten by a look that was under way when it was confirmed', async () => {
    const { asked, batches, shown, drop } = await openReview()
    const confirmed = drop.confirm()
    // Main ended the review with the confirmation, and answered the look before it.
    asked[1]?.refuse(gone)
    await vi.advanceTimersByTimeAsync(250)
    asked.find(({ name }) => name === 'survey.confirm')?.answer({ batchIds: ['b'] })
    await confirmed
    await vi.advanceTimersByTimeAsync(1_000)
    await shown
    expect([alerts(), batches, usePendingDrops.getState().pending]).toEqual([[], ['b'], []])
  })

  it('is looked at again where its confirmation failed', async () => {
    const { asked, drop } = await openReview()
    const confirmed = drop.confirm()
    asked[1]?.answer(survey.snapshot())
    await vi.advanceTimersByTimeAsync(250)
    asked.find(({ name }) => name === 'survey.confirm')?.refuse(gone)
    await expect(confirmed).rejects.toBe(gone)
    expect(usePendingDrops.getState().pending).toEqual([])
  })

  it('is called gone when PhotoFerry no longer knows it', async () => {
    const { asked, shown } = await openReview()
    asked[1]?.refuse(gone)
    await shown
    expect(alerts()).toEqual(['PhotoFerry restarted before this upload began. Please add the files again.'])
    expect(usePendingDrops.getState().pending).toEqual([])
  })
})
