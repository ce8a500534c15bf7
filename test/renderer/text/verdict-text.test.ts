/** Whether a card may be formatted, in words. */
import { describe, expect, it } from 'vitest'
import { formatText, nextStepText } from '../../../src/renderer/text/verdict-text.ts'
import { outcomeOf } from '../../../src/shared/outcome.ts'
import { totals } from '../rows.ts'

const moving = { paused: false, serverAway: false, awaitedDrives: [] }

describe('the word about the card', () => {
  it.each([
    [
      'files are still to be sent',
      outcomeOf(totals({ done: 3, uploading: 2 })),
      {},
      'yet: 2 files still to do',
    ],
    ['some are paused', outcomeOf(totals({ done: 3, paused: 1 })), {}, 'yet: 1 file still to do'],
    ['something failed', outcomeOf(totals({ done: 3, failed: 1 })), {}, '1 file is not stored'],
    [
      'something was canceled or skipped',
      outcomeOf(totals({ canceled: 1, skipped: 1 })),
      {},
      '2 files are not',
    ],
    [
      'an original was not uploaded',
      outcomeOf({ ...totals({ done: 3 }), copies: 2 }),
      {},
      '2 originals were not',
    ],
  ])('is no while %s', (_, outcome, unfinished, words) => {
    expect(formatText(outcome, unfinished)).toMatch(/^Don’t format the card/)
    expect(formatText(outcome, unfinished)).toContain(words)
  })

  it.each([
    ['folders are still read', { scanning: true }, 'still adding files'],
    ['originals are still compared', { checking: true }, 'checked once more'],
  ])('is no while %s, although all that is known is stored', (_, unfinished, words) => {
    const outcome = outcomeOf(totals({ done: 3 }), unfinished)
    expect(formatText(outcome, unfinished)).toContain(words)
  })

  it('asks for the receipt first where every original is stored', () => {
    expect(formatText(outcomeOf(totals({ done: 3 })), {})).toBe(
      'Save the receipt before you format the card.',
    )
  })
})

describe('the next step', () => {
  it('is the person’s where something waits for them', () => {
    expect(nextStepText({ ...moving, awaitedDrives: ['EOS_DIGITAL'], paused: true })).toContain(
      'Connect EOS_DIGITAL',
    )
    expect(nextStepText({ ...moving, paused: true, serverAway: true })).toBe('Resume to continue.')
  })

  it('is nobody’s where it goes on by itself', () => {
    expect(nextStepText({ ...moving, serverAway: true })).toContain('when the server is back')
    expect(nextStepText(moving)).toContain('You can close the laptop')
  })
})
