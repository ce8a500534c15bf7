import { describe, expect, it } from 'vitest'
import { connectionLines, progressText } from '../../../src/main/terminal/progress-line.ts'
import { formatDuration } from '../../../src/main/terminal/terminal-text.ts'
import { noneRemoved } from '../../../src/shared/batch.ts'
import type { Overview } from '../../../src/shared/feed.ts'
import type { ErrorCode, ErrorInfo } from '../../../src/shared/protocol/errors.ts'
import { uploadStatuses } from '../../../src/shared/upload.ts'

const noCounts = Object.fromEntries(
  uploadStatuses.map((status) => [status, 0]),
) as Overview['totals']['counts']
const overview: Overview = {
  totals: {
    files: 10,
    counts: { ...noCounts, queued: 3, done: 4, failed: 1, canceled: 2 },
    copies: 0,
    removed: { ...noneRemoved, notStored: 1 },
    neverArrived: 0,
    bytesTotal: 3_000,
    bytesAcknowledged: 1_999,
    bytesVerified: 1_000,
    bytesSaved: 0,
  },
  bytesPerSecond: 2_048,
  timeLeft: { lowSeconds: 80, highSeconds: 100 },
  bytesInFlight: 0,
  scanning: false,
  checking: false,
  stalls: [],
  servers: [],
  bandwidth: { limit: null, untilMs: null },
  restart: null,
  server: {
    id: 'given',
    name: '',
    url: 'http://127.0.0.1:1',
    bundled: false,
    reachability: 'reachable',
    trouble: null,
  },
  notices: [],
  cards: [],
  watched: [],
}

describe('the lines about the connection', () => {
  const error = (code: ErrorCode, message: string) => ({ code, message })
  const inTrouble = (info: ErrorInfo, sinceMs: number): Overview => ({
    ...overview,
    server: { ...overview.server, trouble: { error: info, sinceMs, nextTryMs: null, question: null } },
  })

  it('name each reason of a trouble once, and its end while files are still to be sent', () => {
    const line = connectionLines()
    const away = error('server-unreachable', 'Nobody there.')
    const lines = [
      overview,
      inTrouble(away, 1),
      inTrouble(away, 1),
      inTrouble(error('connection-lost', 'Lost it.'), 1),
      inTrouble(away, 1),
      overview,
      overview,
      inTrouble(away, 2),
    ].map((next) => line(next))
    const waiting = 'Waiting for the server: Nobody there.'
    const lost = 'Waiting for the server: Lost it.'
    const again = 'Connected again: uploading continues.'
    expect(lines).toEqual([null, waiting, null, lost, null, again, null, waiting])
  })

  it('name a server that answers nothing for seconds, once a minute at most, and its end', () => {
    let nowMs = 0
    const line = connectionLines(() => nowMs)
    const quiet: Overview = { ...overview, stalls: [{ kind: 'no-answer', sinceMs: 1, bytes: 1 }] }
    const lines = [quiet, quiet, overview, quiet, overview].map((next) => line(next))
    const noResponse = expect.stringContaining('No response from the server')
    const again = 'Connected again: uploading continues.'
    expect(lines).toEqual([noResponse, null, again, null, null])
    nowMs = 60_000
    expect(
      [quiet, inTrouble(error('connection-stalled', 'No response.'), 2), quiet].map((next) => line(next)),
    ).toEqual([noResponse, 'Waiting for the server: No response.', again])
  })

  it('do not call a connection back where nothing is left to be sent, as when it was given up', () => {
    const line = connectionLines()
    line(inTrouble(error('server-unreachable', 'Nobody there.'), 1))
    const counts = { ...noCounts, done: 4, failed: 6 }
    expect(line({ ...overview, totals: { ...overview.totals, counts } })).toBe(null)
  })
})

describe('the progress line', () => {
  it('counts acknowledged bytes, rounds percent down and says what is not stored and will not be', () => {
    const text = progressText(overview)
    expect(text).toContain(
      ' 66%  4/11 files  2.0 kB of 3.0 kB  2.0 kB/s  about 2 min left  1 failed  2 canceled  1 removed',
    )
  })

  it('says nothing about speed and time that are not known', () => {
    const text = progressText({ ...overview, bytesPerSecond: null, timeLeft: null })
    expect(text).not.toMatch(/\/s|left/)
  })

  it('says which files it waits for where nothing else is left', () => {
    const text = progressText({ ...overview, stalls: [{ kind: 'being-written', files: 2 }] })
    expect(text).toContain('  2 files still being written')
  })

  it.each([
    [0, '1 s'],
    [89, '89 s'],
    [600, '10 min'],
    [7_200, '2.0 h'],
  ])('writes %i seconds as %s', (seconds, expected) => expect(formatDuration(seconds)).toBe(expected))
})
