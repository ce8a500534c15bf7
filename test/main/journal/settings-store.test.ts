import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ClientSettings } from '../../../src/main/client/settings.ts'
import { createConfStore } from '../../../src/main/journal/json-store.ts'
import { plainVault, SettingsStore, type Vault } from '../../../src/main/journal/settings-store.ts'
import { type Preset, presets } from '../../../src/shared/presets.ts'
import { defaultSettings, settingsPatchSchema } from '../../../src/shared/settings.ts'
import { temporaryFolder } from '../../temporary-folder.ts'

const reversing = {
  seal: (secret: string) => [...secret].reverse().join(''),
  open: (sealed: string) => [...sealed].reverse().join(''),
}

const open = (options: ConstructorParameters<typeof SettingsStore>[0]) =>
  new ClientSettings(new SettingsStore(options), null)

describe('the settings', () => {
  it('are the defaults until something is set, and keep what was set after a restart', async () => {
    const options = { stateDir: temporaryFolder(), createStore: createConfStore, vault: plainVault }
    expect(new SettingsStore(options).settings).toEqual(defaultSettings)
    await open(options).change({ parallelFiles: 5 })
    expect(new SettingsStore(options).settings).toEqual({ ...defaultSettings, parallelFiles: 5 })
  })

  it('keep a token sealed that cannot be opened now, until another is entered or its server changes', () => {
    const options = { stateDir: temporaryFolder(), createStore: createConfStore }
    const locked: Vault = {
      seal: (secret) => secret,
      open: () => {
        throw new Error('the keyring is locked')
      },
    }
    const server = { id: 'studio', name: 'Studio', url: 'https://photos.example.com', token: 'secret-token' }
    const other = { ...server, id: 'other', url: 'https://other.example.com' }
    const third = { ...server, id: 'third', url: 'https://third.example.com' }
    const before = new SettingsStore({ ...options, vault: reversing })
    before.write({ ...before.settings, servers: [server, other, third] })
    const meanwhile = new SettingsStore({ ...options, vault: locked })
    expect(meanwhile.problem?.message).toContain('Studio')
    expect(meanwhile.settings.servers.map(({ token }) => token)).toEqual(['', '', ''])
    const [one, two, three] = meanwhile.settings.servers
    if (!one || !two || !three) throw new Error('three servers')
    const changed = [one, { ...two, token: reversing.seal('new') }, { ...three, url: 'https://evil.example' }]
    meanwhile.write({ ...meanwhile.settings, theme: 'dark', servers: changed })
    const after = new SettingsStore({ ...options, vault: reversing })
    expect(after.settings.theme).toBe('dark')
    expect(after.settings.servers.map(({ token }) => token)).toEqual(['secret-token', 'new', ''])
  })

  it('never write the token in the clear where the system has a vault', async () => {
    const options = { stateDir: temporaryFolder(), createStore: createConfStore, vault: reversing }
    const server = { id: 'studio', name: 'Studio', url: 'http://127.0.0.1:4700', token: 'secret-token' }
    await open(options).change({ servers: [server], defaultServerId: 'studio' })
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

  it('go on skipping documents where an earlier version skipped them with all other files', async () => {
    const options = { stateDir: temporaryFolder(), createStore: createConfStore, vault: plainVault }
    const skipRules = { ...defaultSettings.skipRules, groups: ['video', 'other'] as const }
    writeFileSync(join(options.stateDir, 'settings.json'), JSON.stringify({ skipRules }))
    expect(open(options).current.skipRules.groups).toEqual(['video', 'other', 'document'])
    // From then on the two are apart.
    await open(options).change({ skipRules })
    expect(open(options).current.skipRules.groups).toEqual(['video', 'other'])
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

  it('refuse a default server that is not on the list', async () => {
    const options = { stateDir: temporaryFolder(), createStore: createConfStore, vault: plainVault }
    await expect(open(options).change({ defaultServerId: 'nowhere' })).rejects.toThrow('not in the list')
    expect(new SettingsStore(options).settings).toEqual(defaultSettings)
  })

  it('refuse values outside their bounds and stay as they were', async () => {
    const settings = open({
      stateDir: temporaryFolder(),
      createStore: createConfStore,
      vault: plainVault,
    })
    await expect(settings.change({ parallelFiles: 0 })).rejects.toMatchObject({ code: 'bad-request' })
    expect(settings.current).toEqual(defaultSettings)
  })

  it.each(Object.keys(settingsPatchSchema.shape))('refuse %s without a value, and say so', async (name) => {
    const options = { stateDir: temporaryFolder(), createStore: createConfStore, vault: plainVault }
    const settings = open(options)
    await settings.change({ parallelFiles: 5 })
    const before = settings.current
    await expect(settings.change({ [name]: undefined })).rejects.toMatchObject({
      code: 'bad-request',
      message: `settings.set (${name}): a value is missing`,
    })
    expect(settings.current).toBe(before)
    expect(new SettingsStore(options).settings).toEqual(before)
  })

  it('reach each follower once a change is on disk, and none when a check refuses it', async () => {
    const options = { stateDir: temporaryFolder(), createStore: createConfStore, vault: plainVault }
    const settings = open(options)
    const seen: unknown[] = []
    settings.addCheck(({ parallelFiles }) => {
      if (parallelFiles === 7) throw new Error('not seven')
    })
    settings.onChange(({ parallelFiles }, before) => {
      const onDisk = new SettingsStore(options).settings.parallelFiles
      seen.push([before.parallelFiles, parallelFiles, onDisk])
    })
    await settings.change({ parallelFiles: 5 })
    await expect(settings.change({ parallelFiles: 7 })).rejects.toThrow('not seven')
    await settings.savePreset(null, { ...(presets.proof as Preset), name: 'Mine' })
    expect(seen).toEqual([
      [3, 5, 5],
      [5, 5, 5],
    ])
    expect(settings.current.ownPresets.map(({ name }) => name)).toEqual(['Mine'])
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
