/** The real desktop entry where PhotoFerry is running already, or cannot run; and an end that takes too long. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { QuitFlowOptions } from '../../../src/main/desktop/quit-flow.ts'
import { defaultSettings } from '../../../src/shared/settings.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { feedEvent } from '../browser/client-stand-in.ts'
import type * as StandIn from './electron-stand-in.ts'

vi.mock('electron', () => import('./electron-stand-in.ts'))
vi.mock('../../../src/main/client/client.ts', async (original) => ({
  ...(await original<object>()),
  openClient: async () => {
    // Imported here, since modules are evaluated anew for each test and this class with them.
    const { UploadError } = await import('../../../src/shared/protocol/errors.ts')
    throw new UploadError('state-in-use', 'Another PhotoFerry has the state folder open.')
  },
}))

// The instance that the entry gets: modules are evaluated anew for each test, mocked ones are not.
const { app, powerMonitor, restartElectron, state } = (await import('electron')) as unknown as typeof StandIn

beforeEach(() => {
  vi.resetModules()
  restartElectron()
  state.userData = temporaryFolder()
  process.argv = ['photoferry', '/card/DCIM', '--lang=zh-CN']
})

describe('a start', () => {
  it('ends at once when PhotoFerry is running already', async () => {
    state.isOnlyInstance = false
    await import('../../../src/main/index.ts')
    state.becomeReady()
    await new Promise(setImmediate)
    expect(state.calls).toEqual(['schemes', 'quit', 'ready'])
    expect(state.windows).toEqual([])
    const handedOver = join(state.userData, 'opened')
    const [name = ''] = readdirSync(handedOver)
    expect(JSON.parse(readFileSync(join(handedOver, name), 'utf8'))).toEqual(['/card/DCIM'])
  })

  it('that fails says why in a box and ends', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined)
    await import('../../../src/main/index.ts')
    state.becomeReady()
    await expect.poll(() => state.calls.at(-1)).toBe('exit 1')
    expect(state.errorBoxes).toEqual([
      "PhotoFerry can't start: Another PhotoFerry has the state folder open.",
    ])
    expect(state.windows).toEqual([])
  })
})

describe('an end', () => {
  const nothing = async () => undefined
  const clientThat = (change: Partial<QuitFlowOptions['client']>): QuitFlowOptions['client'] => ({
    stop: nothing,
    whenIdle: nothing,
    settings: { current: defaultSettings },
    intake: { isAwaited: false },
    ...change,
  })
  const standBy = async (change: Partial<QuitFlowOptions>) => {
    const { QuitFlow } = await import('../../../src/main/desktop/quit-flow.ts')
    const reported: string[] = []
    new QuitFlow({
      client: clientThat({}),
      progress: () => feedEvent().overview,
      icon: '',
      report: ({ code }) => reported.push(code),
      onCancel: () => undefined,
      onBackground: () => undefined,
      onStop: () => undefined,
      onExit: () => undefined,
      maxStopMs: 10,
      ...change,
    })
    return { reported }
  }

  it.each([
    ['never stops', () => new Promise<void>(() => undefined), []],
    ['fails to stop', () => Promise.reject(new Error('broken')), ['internal']],
  ])('comes in bounded time when the client %s', async (_, stop, codes) => {
    const { reported } = await standBy({ client: clientThat({ stop }) })
    app.emit('before-quit', { preventDefault: () => undefined })
    await expect.poll(() => state.calls.at(-1)).toBe('exit 0')
    expect(reported).toEqual(codes)
  })

  it('is asked about again where more files are left than the person was told of', async () => {
    const { overview } = feedEvent()
    const left = (queued: number) => {
      const { totals } = overview
      return { ...overview, totals: { ...totals, files: queued, counts: { ...totals.counts, queued } } }
    }
    state.messageBoxAnswer = 1
    const found = [left(3), left(5)]
    await standBy({ progress: () => found.shift() ?? left(9) })
    app.emit('before-quit', { preventDefault: () => undefined })
    await expect.poll(() => state.calls.at(-1)).toBe('exit 0')
    expect(state.messageBoxes.map(({ message }) => message)).toEqual([
      '3 files are not uploaded yet.',
      '5 files are not uploaded yet.',
    ])
    expect(state.messageBoxes[1]?.detail).toContain('More files have arrived')
  })

  it('is asked about while a drop waits for an answer', async () => {
    state.messageBoxAnswer = 2
    await standBy({ client: clientThat({ intake: { isAwaited: true } }) })
    app.emit('before-quit', { preventDefault: () => undefined })
    await expect.poll(() => state.messageBoxes).toHaveLength(1)
    expect(state.messageBoxes[0]?.detail).toContain('it waits for your answer')
  })

  it('has the system wait when it shuts down, and asks nobody', async () => {
    const { overview } = feedEvent()
    const totals = { ...overview.totals, counts: { ...overview.totals.counts, queued: 3 } }
    await standBy({ progress: () => ({ ...overview, totals }) })
    const preventDefault = vi.fn()
    powerMonitor.emit('shutdown', { preventDefault })
    expect(preventDefault).toHaveBeenCalledTimes(1)
    await expect.poll(() => state.calls.at(-1)).toBe('exit 0')
    expect(state.messageBoxes).toEqual([])
  })
})
