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
    const server = { id: 'studio', name: 'Studio', url: 'http://127.0.0.1:4700', token: 'secret-token' }
    new SettingsStore(options).change({ servers: [server], defaultServerId: 'studio' })
    expect(readFileSync(join(options.stateDir, 'settings.json'), 'utf8')).not.toContain('secret-token')
    expect(new SettingsStore(options).settings.servers).toEqual([server])
  })

  it('take over the one server that earlier versions knew', () => {
    const stateDir = temporaryFolder()
    const server = { url: 'https://photos.example.com', token: 'nekot' }
    writeFileSync(join(stateDir, 'settings.json'), JSON.stringify({ server, parallelFiles: 5 }))
    const { settings, problem } = new SettingsStore({
      stateDir,
      createStore: createConfStore,
      vault: reversing,
    })
    expect(problem).toBe(null)
    expect(settings).toMatchObject({
      servers: [{ name: 'photos.example.com', url: 'https://photos.example.com', token: 'token' }],
      defaultServerId: settings.servers[0]?.id,
      parallelFiles: 5,
    })
  })

  it('keep what can be read of a file damaged by hand, name the rest, and keep the file as it was', () => {
    const stateDir = temporaryFolder()
    const content = JSON.stringify({ parallelFiles: 'many', parallelChunks: 7, defaultServerId: 'gone' })
    writeFileSync(join(stateDir, 'settings.json'), content)
    const store = new SettingsStore({ stateDir, createStore: createConfStore, vault: plainVault })
    expect(store.settings).toEqual({ ...defaultSettings, parallelChunks: 7 })
    expect(store.problem?.message).toContain('parallelFiles')
    const aside = /kept as (.*)\.$/.exec(store.problem?.message ?? '')?.[1] ?? ''
    expect(readFileSync(aside, 'utf8')).toBe(content)
  })

  it('refuse a default server that is not on the list', () => {
    const options = { stateDir: temporaryFolder(), createStore: createConfStore, vault: plainVault }
    const store = new SettingsStore(options)
    expect(() => store.change({ defaultServerId: 'nowhere' })).toThrow('not on the list')
    expect(new SettingsStore(options).settings).toEqual(defaultSettings)
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
