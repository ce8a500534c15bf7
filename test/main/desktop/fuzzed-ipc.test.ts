/**
 * F17 for the desktop: honest commands, changed as only a compromised window would, through Electron's IPC to the real
 * handlers with the real client. `PHOTOFERRY_FUZZ` says how many.
 */
import fc from 'fast-check'
import { it, vi } from 'vitest'
import { createDispatch } from '../../../src/main/client/commands.ts'
import { createDesktopHost } from '../../../src/main/desktop/desktop-host.ts'
import { connectIpc } from '../../../src/main/desktop/window-ipc.ts'
import { commandAttempts, expectAnswered, openClientScene } from '../../fuzz/client-scene.ts'
import { patientMs, runs } from '../../fuzz/runs.ts'
import { sendCommand } from './run-entry.ts'

vi.mock('electron', () => import('./electron-stand-in.ts'))

/** What Electron carries and JSON does not. */
const beyondJson = [
  undefined,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  10n,
  new Date(Number.NaN),
  new Map([[1, 2]]),
  new Set(),
]

it('every command is answered, and none leads out of the folders or stops the client', {
  timeout: patientMs,
}, async () => {
  const scene = await openClientScene()
  const { client } = scene
  const host = createDesktopHost({
    version: '1',
    settings: () => client.settings.current,
    window: () => null,
    takeOpened: () => [],
    sealsTokens: true,
  })
  connectIpc({
    client,
    dispatch: createDispatch(client, host),
    isOurPage: () => true,
    onPage: () => undefined,
  })
  let tried = 0
  const property = fc.asyncProperty(commandAttempts(beyondJson), async (attempt) => {
    if (tried++ % 40 === 0) await scene.renew('drop-1')
    expectAnswered(attempt, await sendCommand({}, attempt.name, scene.inputOf(attempt)))
  })
  await fc.assert(property, runs('commands of a window'))
  await scene.expectHonestDrop()
  scene.expectNothingOutside()
})
