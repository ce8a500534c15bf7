import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createConfStore } from '../../../src/main/journal/json-store.ts'
import { plainVault, SettingsStore } from '../../../src/main/journal/settings-store.ts'
import { defaultSettings } from '../../../src/shared/settings.ts'
import { temporaryFolder } from '../../temporary-folder.ts'

const reversing = {
  seal: (secret: string) => [...secret].reverse().join(''),
  open: (sealed: string) => [...sealed].reverse().join(''),
}

describe('the settings', () => {
  it('are the defaults until something is set, and keep what was set after a restart', () => {
    const options = { stateDir: temporaryFolder(), createStore: createConfStore, vault: plainVault }
    expect(new SettingsStore(options).settings).toEqual(defaultSettings)
    new SettingsStore(options).change({ parallelFiles: 5 })
    expect(new SettingsStore(options).settings).toEqual({ ...defaultSettings, parallelFiles: 5 })
  })

  it('never write the token in the clear where the system has a vault', () => {
    const options = { stateDir: temporaryFolder(), createStore: createConfStore, vault: reversing }
    const server = { url: 'http://127.0.0.1:4700', token: 'secret-token' }
    new SettingsStore(options).change({ server })
    expect(readFileSync(join(options.stateDir, 'settings.json'), 'utf8')).not.toContain('secret-token')
    expect(new SettingsStore(options).settings.server).toEqual(server)
  })

  it('refuse values outside their bounds and stay as they were', () => {
    const store = new SettingsStore({
      stateDir: temporaryFolder(),
      createStore: createConfStore,
      vault: plainVault,
    })
    expect(() => store.change({ parallelFiles: 0 })).toThrow()
    expect(store.settings).toEqual(defaultSettings)
  })

  it.each(['{', '{"parallelFiles":"many"}', '{"server":{"url":"nonsense","token":""}}'])(
    'set a file aside that holds %j, and say so',
    (content) => {
      const stateDir = temporaryFolder()
      writeFileSync(join(stateDir, 'settings.json'), content)
      const store = new SettingsStore({ stateDir, createStore: createConfStore, vault: plainVault })
      expect(store.problem?.code).toBe('journal-damaged')
      expect(store.settings).toEqual(defaultSettings)
    },
  )
})
