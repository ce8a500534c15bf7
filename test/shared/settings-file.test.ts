/** Settings in files: what an export holds, what an import changes, and which files are refused. */
import { describe, expect, it } from 'vitest'
import { plainDestination } from '../../src/shared/destination.ts'
import { presetSchema } from '../../src/shared/presets.ts'
import { mostServers } from '../../src/shared/servers.ts'
import { defaultSettings, type Settings, settingsSchema } from '../../src/shared/settings.ts'
import {
  largestSettingsFile,
  planImport,
  readSettingsFile,
  type SettingsFile,
  settingsFileText,
} from '../../src/shared/settings-file.ts'

const preset = { ...presetSchema.parse({ name: 'Album', quality: 0.9 }), id: 'own-1' }
const destination = { ...plainDestination, folder: '2026', template: '{YYYY}/{name}' }
const studio: Settings = {
  ...defaultSettings,
  servers: [{ id: 'a', name: 'Studio Lin', url: 'https://lin.example.com', token: 'secret-token' }],
  defaultServerId: 'a',
  destinations: { a: destination },
  ownPresets: [preset],
  preset: 'own-1',
  libraryDir: '/home/lin/library',
  receiptDir: '/home/lin/receipts',
  parallelFiles: 7,
}

function fileOf(text: string): SettingsFile {
  const read = readSettingsFile(text)
  if ('problem' in read) throw new Error(JSON.stringify(read.problem))
  return read.file
}

const ids = () => {
  let count = 0
  return () => `new-${++count}`
}

describe('a file of a studio', () => {
  it('brings server, destination and presets to a new computer, and its token only if asked for', () => {
    const file = fileOf(settingsFileText(studio, { kind: 'studio', secrets: true }))
    const { next, changes } = planImport(defaultSettings, file, ids())
    expect(next).toEqual({
      ...defaultSettings,
      servers: [{ ...studio.servers[0], id: 'new-1' }],
      defaultServerId: 'new-1',
      destinations: { 'new-1': destination },
      ownPresets: [{ ...preset, id: 'new-2' }],
    })
    expect(settingsSchema.parse(next)).toEqual(next)
    expect(changes.map(({ what }) => what)).toEqual([
      'server-added',
      'destination',
      'default-server',
      'preset-added',
    ])
    const without = settingsFileText(studio, { kind: 'studio', secrets: false })
    expect(without).not.toContain('secret-token')
    expect(planImport(defaultSettings, fileOf(without), ids()).next.servers[0]?.token).toBe('')
  })

  it('holds no folder of the computer and nothing of how it works', () => {
    const text = settingsFileText(studio, { kind: 'studio', secrets: true })
    expect(text).not.toContain('/home/lin')
    expect(text).not.toContain('parallelFiles')
    expect(settingsFileText(studio, { kind: 'machine', secrets: true })).not.toContain('/home/lin')
  })

  it('keeps the token that is known where it has none, and takes nothing away', () => {
    const before: Settings = {
      ...studio,
      servers: [
        ...studio.servers,
        { id: 'b', name: 'Other', url: 'https://other.example.com', token: 'kept' },
      ],
    }
    const file = fileOf(settingsFileText(studio, { kind: 'studio', secrets: false }))
    expect(planImport(before, file, ids())).toEqual({ changes: [], next: before, tooMany: null })
  })

  it('brings a preset of the same name up to date, and says so', () => {
    const file = fileOf(settingsFileText(studio, { kind: 'studio', secrets: false }))
    const before = { ...studio, ownPresets: [{ ...preset, id: 'mine', quality: 0.2 }] }
    const { next, changes } = planImport({ ...before, preset: 'mine' }, file, ids())
    expect(changes).toEqual([{ what: 'preset-changed', name: 'Album' }])
    expect(next.ownPresets).toEqual([{ ...preset, id: 'mine' }])
  })
})

it('a file of a machine brings how it works to another one, with the preset by its name', () => {
  const file = fileOf(settingsFileText(studio, { kind: 'machine', secrets: true }))
  const { next, changes } = planImport(defaultSettings, file, ids())
  expect(next).toMatchObject({ parallelFiles: 7, preset: 'new-2', libraryDir: null, receiptDir: null })
  expect(changes).toContainEqual({ what: 'setting', field: 'parallelFiles' })
  expect(planImport(next, file, ids()).changes).toEqual([])
})

it('an invitation of before is read as a file of a studio', () => {
  const invitation = { invitation: 'PhotoFerry', name: 'Studio', url: 'https://a.example.com/', token: 'abc' }
  expect(fileOf(JSON.stringify(invitation))).toMatchObject({
    servers: [{ name: 'Studio', url: 'https://a.example.com', token: 'abc' }],
    defaultServer: 0,
  })
})

describe('a file is refused', () => {
  const base = { photoferry: 'settings', version: 1 }
  const server = { name: 'Studio', url: 'https://a.example.com' }
  it.each([
    ['no JSON', 'Dear colleague', { kind: 'not-ours' }],
    ['JSON of something else', '[1]', { kind: 'not-ours' }],
    ['null', 'null', { kind: 'not-ours' }],
    ['a newer version', JSON.stringify({ ...base, version: 2 }), { kind: 'newer' }],
    [
      'a version that is none',
      JSON.stringify({ ...base, version: 'x' }),
      { kind: 'invalid', field: 'version' },
    ],
    ['too much', `"${'x'.repeat(largestSettingsFile)}"`, { kind: 'too-large' }],
    ['brackets in brackets', '['.repeat(500_000), { kind: 'not-ours' }],
    [
      'an address that runs code',
      JSON.stringify({ ...base, servers: [{ ...server, url: 'javascript:alert(1)' }] }),
      { kind: 'invalid', field: 'servers.0.url' },
    ],
    [
      'a destination out of the library',
      JSON.stringify({ ...base, servers: [{ ...server, destination: { folder: '../..' } }] }),
      { kind: 'invalid', field: 'servers.0.destination' },
    ],
    [
      'too many servers',
      JSON.stringify({ ...base, servers: Array(mostServers + 1).fill(server) }),
      { kind: 'invalid', field: 'servers' },
    ],
    [
      'a fingerprint that is none',
      JSON.stringify({ ...base, servers: [{ ...server, fingerprint: 'AB' }] }),
      { kind: 'invalid', field: 'servers.0.fingerprint' },
    ],
    [
      'a number out of bounds',
      JSON.stringify({ ...base, machine: { parallelFiles: 1e9 } }),
      { kind: 'invalid', field: 'machine.parallelFiles' },
    ],
  ])('for %s', (_, text, problem) => {
    expect(readSettingsFile(text)).toEqual({ problem })
  })
})

it('a preset that nobody has, and a default server that is not in the file, change nothing', () => {
  const text = JSON.stringify({
    photoferry: 'settings',
    version: 1,
    defaultServer: 9,
    machine: { preset: 'gone' },
  })
  expect(planImport(defaultSettings, fileOf(text), ids()).changes).toEqual([])
})
