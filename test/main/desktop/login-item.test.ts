/** Opening at login on Linux: a file as the desktops read it. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { temporaryFolder } from '../../temporary-folder.ts'
import { app, state } from './electron-stand-in.ts'

vi.mock('electron', () => import('./electron-stand-in.ts'))
const { setLoginItem, wasOpenedHidden } = await import('../../../src/main/desktop/login-item.ts')

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
  state.switches.delete('hidden')
})

describe.skipIf(process.platform !== 'linux')('the autostart file', () => {
  const inHome = () => {
    const home = temporaryFolder()
    vi.spyOn(app, 'getPath').mockReturnValue(home)
    return join(home, 'autostart', 'photoferry.desktop')
  }

  it('is there while the person wants it', () => {
    const file = inHome()
    setLoginItem(true)
    expect(readFileSync(file, 'utf8')).toContain(`Exec="${process.execPath}" --hidden\n`)
    setLoginItem(false)
    setLoginItem(false)
    expect(existsSync(file)).toBe(false)
  })

  it('quotes what a desktop would read in a path, and names the AppImage where it is one', () => {
    const file = inHome()
    vi.stubEnv('APPIMAGE', '/home/a b/100% "$x" `y`/Photo\\Ferry')
    setLoginItem(true)
    expect(readFileSync(file, 'utf8')).toContain(
      String.raw`Exec="/home/a b/100%% \\"\\$x\\" \\` +
        '`y' +
        String.raw`\\` +
        '`' +
        String.raw`/Photo\\\\Ferry" --hidden`,
    )
  })
})

it('is known at the start that it causes', () => {
  expect(wasOpenedHidden()).toBe(false)
  state.switches.set('hidden', '')
  expect(wasOpenedHidden()).toBe(true)
})
