/** What is saved for whoever looks for a fault: everything that helps, and no secret. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { strFromU8, unzipSync } from 'fflate'
import { expect, it } from 'vitest'
import { diagnosticsOf } from '../../../src/main/desktop/diagnostics.ts'
import { defaultSettings } from '../../../src/shared/settings.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { feedEvent } from '../browser/client-stand-in.ts'

it('tells the versions, the log and the shape of the queue, and neither tokens nor names', () => {
  const stateDir = temporaryFolder()
  mkdirSync(join(stateDir, 'journal'))
  writeFileSync(join(stateDir, 'journal', 'items-0.json'), '12345')
  const { overview } = feedEvent()
  const zip = diagnosticsOf({
    version: '1.2.3',
    settings: {
      ...defaultSettings,
      libraryDir: '/home/anna/Pictures',
      skipRules: { ...defaultSettings.skipRules, patterns: ['anna private*'] },
      servers: [
        { id: 's', name: 'Smith wedding', url: 'https://photos.smith.example', token: 'secret-token' },
      ],
    },
    overview: { ...overview, server: { ...overview.server, name: 'Smith wedding' } },
    stateDir,
    logFiles: new Map([['photoferry.log', Buffer.from('a line\n')]]),
  })
  const files = Object.entries(unzipSync(zip)).map(([name, bytes]) => [name, strFromU8(bytes)] as const)
  const contentOf = (name: string) => JSON.parse(new Map(files).get(name) ?? '') as unknown
  expect(contentOf('versions.json')).toMatchObject({ photoferry: '1.2.3', node: process.versions.node })
  expect(contentOf('settings.json')).toMatchObject({
    servers: [{ scheme: 'https:', hasToken: true, isPinned: false }],
    libraryDir: 'set',
  })
  expect(contentOf('queue.json')).toMatchObject({ totals: { files: overview.totals.files } })
  expect(contentOf('state-folder.json')).toMatchObject({ journal: { files: 1, bytes: 5 } })
  expect(new Map(files).get('log/photoferry.log')).toBe('a line\n')
  for (const word of ['secret-token', 'smith', 'Smith', 'anna', stateDir])
    expect(files.map(([, text]) => text).join()).not.toContain(word)
})
