import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { AwakeClock } from '../../../src/main/queue/awake-clock.ts'
import { Connection } from '../../../src/main/queue/connection.ts'
import type { Patience } from '../../../src/main/queue/patience.ts'
import { LineWindow } from '../../../src/main/transfer/line-window.ts'
import type { ServerApi } from '../../../src/main/transfer/server-api.ts'
import { type ErrorCode, UploadError, type UploadErrorOptions } from '../../../src/shared/protocol/errors.ts'
import { anItem } from '../an-item.ts'

const endless: Patience = { firstContactMs: Number.POSITIVE_INFINITY, returnMs: Number.POSITIVE_INFINITY }
const address = { url: 'http://studio', token: 'token' }

/** A connection to a server whose health and token checks end as the test says; only they are asked. */
function aConnection(patience = endless, health: UploadError | null = null, reached = new Set<string>()) {
  const asked: string[] = []
  const gaveUp: string[] = []
  const problems = { health, token: null as UploadError | null, delayMs: 0 }
  const check = (what: 'health' | 'token') => async () => {
    asked.push(what)
    if (problems.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, problems.delayMs))
    const problem = problems[what] ?? (what === 'token' ? problems.health : null)
    if (problem) throw problem
  }
  const brokenOff: number[] = []
  const breakOffSilent = (ms: number) => brokenOff.push(ms)
  const close = () => undefined
  const window = new LineWindow()
  const asks = { health: check('health'), checkToken: check('token') }
  const api = { address, ...asks, window, breakOffSilent, close }
  const clock = new AwakeClock()
  const events = {
    onReady: () => undefined,
    onChange: () => undefined,
    onGiveUp: ({ code }: UploadError) => gaveUp.push(code),
  }
  const createApi = () => api as unknown as ServerApi
  const reachedBefore = { has: (url: string) => reached.has(url), keep: (url: string) => reached.add(url) }
  const connection = new Connection({ patience, clock, events, createApi, reachedBefore })
  connection.connect(address)
  return { connection, asked, problems, gaveUp, clock, brokenOff, window }
}

const error = (code: ErrorCode, options: UploadErrorOptions = {}) => new UploadError(code, 'x', options)
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)

beforeEach(() => {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'],
  })
  vi.spyOn(Math, 'random').mockReturnValue(1)
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

describe('a suspended connection', () => {
  it('keeps no place for what may never be answered: the file that goes first need not wait for it', async () => {
    const { connection, window } = aConnection()
    const never = new AbortController().signal
    await window.enter(window.bytes, never)
    let entered = false
    void window.enter(window.bytes, never).then(() => {
      entered = true
    })
    await pass(1)
    expect(entered).toBe(false)
    connection.suspend(error('connection-lost'), 'bytes', 'a')
    await pass(1)
    expect(entered).toBe(true)
  })

  it('is probed at once, then after pauses that grow to almost 5 s, after five minutes to 30 s', async () => {
    const { connection, asked, problems } = aConnection()
    await pass(1)
    problems.health = error('proxy-answer')
    connection.suspend(problems.health, 'offer', 'a')
    const at: number[] = []
    for (let ms = 0; ms < 20_000; ms += 100) {
      const before = asked.length
      await pass(100)
      if (asked.length > before) at.push(ms / 1000)
    }
    expect(at).toEqual([0, 1, 3, 7, 11.5, 16].map((second) => expect.closeTo(second, 0)))
    await pass(300_000)
    const late = asked.length
    await pass(60_000)
    expect(asked.length - late).toBe(2)
  })

  it('lets one file go first when a probe succeeds, and all when the server has answered it', async () => {
    const { connection } = aConnection()
    await pass(1)
    connection.suspend(error('proxy-answer'), 'bytes', 'a')
    expect(connection.admission).toBe('none')
    await pass(1)
    expect(connection).toMatchObject({ admission: 'one', awaitsTrial: true })
    connection.beginTrial('b')
    expect(connection.awaitsTrial).toBe(false)
    // Its offer was answered; what had failed was a chunk.
    connection.onAnswer('offer')
    expect(connection).toMatchObject({ admission: 'one', state: { reachability: 'unreachable' } })
    connection.onAnswer('bytes')
    expect(connection).toMatchObject({
      admission: 'all',
      state: { reachability: 'reachable', trouble: null },
    })
  })

  it('does not let a first file that is undecided for 5 s hold the others, but keeps the light', async () => {
    const { connection } = aConnection()
    await pass(1)
    connection.suspend(error('connection-lost'), 'offer', 'a')
    await pass(1)
    connection.beginTrial('b')
    await pass(5_000)
    expect(connection.admission).toBe('all')
    expect(connection.state.trouble?.error.code).toBe('connection-lost')
  })

  it('goes on when a file in flight is answered, but not before Retry-After', async () => {
    const { connection, asked } = aConnection()
    await pass(1)
    connection.suspend(error('connection-lost'), 'bytes', 'a')
    connection.onAnswer('bytes')
    expect(connection.admission).toBe('all')
    const before = asked.length
    connection.suspend(error('server-closing', { retryAfterMs: 20_000 }), 'offer', 'a')
    connection.onAnswer('bytes')
    await pass(19_900)
    expect([connection.admission, asked.length]).toEqual(['none', before])
    await pass(200)
    expect(connection.admission).toBe('one')
  })

  it('is probed every 5 s also where each probe waits for an answer until its time is over', async () => {
    const { connection, asked, problems } = aConnection()
    await pass(1)
    problems.health = error('connection-stalled')
    problems.delayMs = 4_000
    connection.suspend(problems.health, 'offer', 'a')
    await pass(30_000)
    const before = asked.length
    await pass(45_000)
    expect(asked.length - before).toBe(10)
  })

  it('breaks off what has been silent since before the trouble, once a probe succeeds and before a file goes first', async () => {
    const { connection, problems, brokenOff } = aConnection()
    await pass(1)
    problems.health = error('connection-stalled')
    connection.suspend(problems.health, 'offer', 'a')
    await pass(10_000)
    expect(brokenOff).toEqual([])
    problems.health = null
    await pass(5_000)
    expect([brokenOff, connection.awaitsTrial]).toEqual([[expect.closeTo(11_500, -2)], true])
  })

  it('obeys Retry-After by the time that passes, however far the clock is set back meanwhile', async () => {
    const { connection, asked } = aConnection()
    await pass(1)
    connection.suspend(error('too-many-requests', { retryAfterMs: 20_000 }), 'offer', 'a')
    await pass(10_000)
    vi.setSystemTime(Date.now() - 3_600_000)
    await pass(9_900)
    expect([connection.admission, asked.length]).toEqual(['none', 1])
    await pass(200)
    expect([connection.admission, asked.length]).toEqual(['one', 2])
    connection.beginTrial('a')
    connection.onAnswer('offer')
    expect(connection.admission).toBe('all')
  })

  it('is not asked before Retry-After when the clock jumps ahead, but soon after it', async () => {
    const { connection, asked } = aConnection()
    await pass(1)
    connection.suspend(error('too-many-requests', { retryAfterMs: 20_000 }), 'offer', 'a')
    await pass(5_000)
    vi.setSystemTime(Date.now() + 3_600_000)
    await pass(14_900)
    expect(asked.length).toBe(1)
    await pass(200)
    expect(asked.length).toBe(2)
  })

  it('is given up with the sentence of the server when the patience ends before Retry-After, and not asked again', async () => {
    const { connection, asked, gaveUp } = aConnection({ firstContactMs: 15_000, returnMs: 30_000 })
    await pass(1)
    connection.suspend(error('server-closing', { retryAfterMs: 40_000 }), 'offer', 'a')
    await pass(29_900)
    expect([gaveUp, asked.length, connection.admission]).toEqual([[], 1, 'none'])
    await pass(200)
    expect([gaveUp, asked.length]).toEqual([['server-closing'], 1])
    // What is added later is given up too, until the server may be asked.
    await pass(1_000)
    expect([gaveUp.length, asked.length, connection.admission]).toEqual([3, 1, 'none'])
    await pass(9_000)
    expect([asked.length, connection.admission]).toEqual([1, 'all'])
  })

  it('counts a computer that slept against neither the patience nor Retry-After', async () => {
    const { connection, asked, gaveUp } = aConnection({ firstContactMs: 15_000, returnMs: 30_000 })
    await pass(1)
    connection.suspend(error('server-closing', { retryAfterMs: 40_000 }), 'offer', 'a')
    await pass(10_000)
    vi.setSystemTime(Date.now() + 60_000)
    await pass(15_000)
    expect([gaveUp, asked.length]).toEqual([[], 1])
    await pass(6_000)
    expect([gaveUp[0], asked.length]).toEqual(['server-closing', 1])
  })

  it('stays suspended while the bytes of a large file go on and no offer gets through', async () => {
    const { connection, problems } = aConnection()
    await pass(1)
    problems.health = error('proxy-answer')
    connection.suspend(problems.health, 'offer', 'a')
    for (let second = 0; second < 5; second++) {
      connection.onAnswer('bytes')
      await pass(1_000)
    }
    expect(connection.admission).toBe('none')
    problems.health = null
    await pass(5_000)
    connection.beginTrial('a')
    await pass(5_000)
    connection.onAnswer('bytes')
    expect(connection.state.trouble).toBe(null)
  })

  it('asks with the token while that is what was refused, and goes on when the server accepts it again', async () => {
    const { connection, asked, problems } = aConnection()
    await pass(1)
    problems.token = error('unauthorized')
    connection.suspend(problems.token, 'offer', 'a')
    expect(connection.state.trouble?.question).toEqual({ kind: 'token', accepted: false })
    await pass(10_000)
    expect(new Set(asked.slice(1))).toEqual(new Set(['token']))
    problems.health = error('server-unreachable')
    problems.token = null
    await pass(5_000)
    expect(connection.state.trouble).toMatchObject({
      error: { code: 'server-unreachable' },
      question: { kind: 'token', accepted: false },
    })
    problems.health = null
    await pass(5_000)
    expect(connection).toMatchObject({ admission: 'one', state: { trouble: { question: null } } })
  })

  it('says that a token was changed only where the server accepted it before', async () => {
    const { connection, problems } = aConnection()
    await pass(1)
    connection.onAnswer('offer')
    problems.token = error('unauthorized')
    connection.suspend(problems.token, 'offer', 'a')
    expect(connection.state.trouble?.question).toEqual({ kind: 'token', accepted: true })
    connection.connect({ ...address, token: 'mistyped' })
    connection.suspend(problems.token, 'offer', 'a')
    expect(connection.state.trouble?.question).toEqual({ kind: 'token', accepted: false })
  })

  it('asks about a redirect only where that leads to an address that a server can have', async () => {
    const { connection } = aConnection()
    await pass(1)
    const redirect = (server: string) => {
      const facts = { kind: 'redirected', host: 'studio', location: `${server}/api/health`, server } as const
      connection.suspend(error('redirected', { facts }), 'offer', 'a')
      return connection.state.trouble?.question
    }
    expect(redirect('http://portal/login?to=')).toBe(null)
    connection.connect(address)
    expect(redirect('https://studio')).toEqual({ kind: 'redirect', url: 'https://studio' })
  })

  it('turns green with the probe where no file is left to go first', async () => {
    const { connection } = aConnection()
    await pass(1)
    connection.suspend(error('connection-lost'), 'offer', 'a')
    await pass(1)
    connection.endTrouble()
    expect(connection.state).toMatchObject({ reachability: 'reachable', trouble: null })
  })

  it('is given up after the patience, which does not count the time asleep, and is probed when it wakes', async () => {
    const { connection, asked, problems, gaveUp } = aConnection({ firstContactMs: 15_000, returnMs: 60_000 })
    await pass(1)
    problems.health = error('proxy-answer')
    connection.suspend(problems.health, 'offer', 'a')
    await pass(30_000)
    const before = asked.length
    vi.setSystemTime(Date.now() + 3_600_000)
    await pass(1_100)
    expect([gaveUp, asked.length]).toEqual([[], before + 1])
    await pass(25_000)
    expect(gaveUp).toEqual([])
    await pass(10_000)
    expect(gaveUp).toEqual(['proxy-answer'])
  })

  it('is probed as soon as the system says that the computer woke, however short its sleep was', async () => {
    const { connection, asked, problems, clock } = aConnection()
    await pass(1)
    problems.health = error('proxy-answer')
    connection.suspend(problems.health, 'offer', 'a')
    await pass(600_000)
    const before = asked.length
    clock.wake()
    await pass(1)
    expect(asked).toHaveLength(before + 1)
  })

  it('that never was PhotoFerry’s is given up at once where something else answers, if patience is bounded', async () => {
    const codes: ErrorCode[] = ['not-photoferry', 'proxy-answer', 'redirected', 'tls-untrusted']
    for (const code of codes) {
      const bounded = aConnection({ firstContactMs: 15_000, returnMs: 60_000 }, error(code))
      await pass(1)
      expect([code, bounded.gaveUp]).toEqual([code, [code]])
      const window = aConnection(endless, error(code))
      await pass(600_000)
      expect(window.gaveUp).toEqual([])
    }
  })

  it('that was PhotoFerry’s in an earlier run is waited for as if this run had reached it', async () => {
    const bounded = { firstContactMs: 15_000, returnMs: 60_000 }
    const reached = new Set<string>()
    aConnection(bounded, null, reached)
    await pass(1)
    expect([...reached]).toEqual([address.url])
    const { connection, problems, gaveUp } = aConnection(bounded, error('not-photoferry'), reached)
    expect(connection.state).toMatchObject({ reachability: 'unknown' })
    await pass(55_000)
    expect(gaveUp).toEqual([])
    problems.health = null
    await pass(5_000)
    expect([gaveUp, connection.admission]).toEqual([[], 'one'])
  })
})

describe('a file that meets the failures of its connection', () => {
  const meet = (connection: Connection, marks: number, code: ErrorCode, alone = false, progressed = false) =>
    connection.judge({
      item: anItem({ id: 'a', marks }),
      error: error(code),
      depth: 'bytes',
      progressed,
      isAlone: () => alone,
    })

  it('is to blame once it met them again three times while others got through', () => {
    const { connection } = aConnection()
    let marks = 0
    const seen: boolean[] = []
    for (let time = 0; time < 4; time++) {
      const judgement = meet(connection, marks, 'proxy-answer')
      marks = judgement.marks
      seen.push(judgement.guilty)
      connection.onAnswer('bytes')
    }
    expect([marks, seen]).toEqual([3, [false, false, false, true]])
  })

  it('is not to blame while nothing gets through, unless it is the only one left for half a minute', async () => {
    const { connection, problems } = aConnection()
    await pass(1)
    problems.health = error('proxy-answer')
    connection.suspend(problems.health, 'bytes', 'a')
    expect(meet(connection, 3, 'proxy-answer', true).guilty).toBe(false)
    await pass(31_000)
    expect(meet(connection, 3, 'proxy-answer', false).guilty).toBe(false)
    expect(meet(connection, 3, 'too-many-requests', true).guilty).toBe(false)
    expect(meet(connection, 3, 'proxy-answer', true).guilty).toBe(true)
  })

  it.each([
    'server-unreachable',
    'tls-untrusted',
    'certificate-changed',
    'too-many-requests',
    'unauthorized',
    'server-closing',
    'storage-full',
  ] as const)('is never to blame for %s: no server that is full is one file’s fault', (code) => {
    const { connection } = aConnection()
    let marks = 0
    for (let time = 0; time < 8; time++) {
      const judgement = meet(connection, marks, code, true)
      expect(judgement.guilty).toBe(false)
      marks = judgement.marks
      connection.onAnswer('bytes')
    }
  })

  it('is cleared by bytes that the server acknowledged', () => {
    const { connection } = aConnection()
    expect(meet(connection, 2, 'connection-lost', false, true)).toEqual({ marks: 0, guilty: false })
  })
})
