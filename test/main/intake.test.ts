/** Checks before anything is sent, and the summary of a drop that waits for a yes: with a real client and real folders. */
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import fs from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { basename, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { endlessPatience } from '../../src/main/client/client.ts'
import { createDispatch } from '../../src/main/client/commands.ts'
import type { CommandInput, CommandName, CommandOutputs } from '../../src/shared/ipc.ts'
import { presets } from '../../src/shared/presets.ts'
import { defaultSettings, type SettingsPatch } from '../../src/shared/settings.ts'
import { comparedEndBytes, type DropSurvey, outcomeUnder } from '../../src/shared/survey.ts'
import { serve } from '../crossing/programs.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { openTestClient, writeFiles } from './a-client.ts'

const nowhere = { url: 'http://127.0.0.1:9', token: 't' }

async function scene(settings: SettingsPatch, server = nowhere) {
  const stateDir = temporaryFolder()
  const watched = await openTestClient(stateDir, server, endlessPatience, {
    reviewPatienceMs: 60_000,
  })
  await watched.client.settings.change(settings)
  const dispatch = createDispatch(watched.client, {} as never)
  const invoke = async <Name extends CommandName>(name: Name, input: CommandInput<Name>) => {
    const reply = await dispatch(name, input)
    if (!reply.ok) throw new Error(reply.error.code)
    return reply.value as CommandOutputs[Name]
  }
  const ready = async (surveyId: string): Promise<DropSurvey> => {
    let survey = await invoke('survey.get', { surveyId })
    await expect
      .poll(
        async () => {
          survey = await invoke('survey.get', { surveyId })
          return survey.phase
        },
        { interval: 10 },
      )
      .toBe('ready')
    return survey
  }
  return { ...watched, stateDir, invoke, ready }
}

function shoot(): string {
  const folder = join(temporaryFolder(), 'Shoot')
  writeFiles(folder, {
    'a.jpg': 1000,
    'b.jpg': 3000,
    'sub/c.CR3': 5000,
    'sub/d.mov': 9000,
    'e.heic': 2000,
    'notes.txt': 10,
    'empty.jpg': 0,
    'sub/f.xmp': 20,
  })
  writeFileSync(join(folder, 'copy of b.jpg'), Buffer.alloc(3000, 'b.jpg'))
  writeFileSync(join(folder, 'like b.jpg'), Buffer.alloc(3000, 'other'))
  symlinkSync(folder, join(folder, 'link'))
  return folder
}

const always = { reviewDrops: 'always' } as const

describe('a drop that is looked over', () => {
  it('tells what it holds, and leaves nothing on the list until it is confirmed', async () => {
    const { invoke, ready, rows, stateDir } = await scene({
      ...always,
      maxFileSize: 2500,
      skipRules: { ...defaultSettings.skipRules, extensions: ['xmp'] },
    })
    const folder = shoot()
    const before = readdirSync(stateDir)
    const { batchIds, surveyId } = await invoke('intake.add', { paths: [folder] })
    expect(batchIds).toEqual([])
    const survey = await ready(surveyId ?? '')
    expect(survey).toMatchObject({
      name: 'Shoot',
      total: { files: 9, bytes: 26_010 },
      groups: {
        photo: { files: 6, bytes: 12_000 },
        raw: { files: 1, bytes: 5000 },
        video: { files: 1, bytes: 9000 },
        document: { files: 1, bytes: 10 },
        other: { files: 0, bytes: 0 },
      },
      empty: { files: 1, names: ['Shoot/empty.jpg'] },
      skipped: [{ reason: { by: 'extension', extension: 'xmp' }, files: 1, names: ['Shoot/sub/f.xmp'] }],
      duplicates: { files: 1, bytes: 3000 },
      known: { waiting: 0, finished: 0 },
    })
    expect(survey.duplicates.names[0]).toMatch(/b\.jpg$/)
    expect(survey.unreadable).toMatchObject({ files: 1, problems: [{ relativePath: 'Shoot/link' }] })
    expect(outcomeUnder(survey, null)).toMatchObject({ converted: { files: 0 }, overLimit: { files: 5 } })
    const gallery = outcomeUnder(survey, presets['web-gallery'])
    expect(gallery).toMatchObject({ converted: { files: 6 }, overLimit: { files: 2 } })
    expect(gallery.overLimit.names.toSorted()).toEqual(['Shoot/sub/c.CR3', 'Shoot/sub/d.mov'])
    expect(rows()).toEqual([])

    await invoke('survey.confirm', { surveyId: surveyId ?? '', presetId: 'proof' })
    await expect.poll(() => rows().length).toBe(11)
    await expect(invoke('survey.get', { surveyId: surveyId ?? '' })).rejects.toThrow('not-found')
    expect(before.every((name) => existsSync(join(stateDir, name)))).toBe(true)
  })

  it('is forgotten without a trace when the person says no', async () => {
    const { invoke, ready, rows, stateDir } = await scene(always)
    const listed = readdirSync(stateDir).toSorted()
    const { surveyId } = await invoke('intake.add', { paths: [shoot()] })
    await ready(surveyId ?? '')
    await invoke('survey.forget', { surveyId: surveyId ?? '' })
    await invoke('survey.forget', { surveyId: surveyId ?? '' })
    await expect(invoke('survey.confirm', { surveyId: surveyId ?? '' })).rejects.toThrow('not-found')
    expect(rows()).toEqual([])
    expect(readdirSync(stateDir).toSorted()).toEqual(listed)
  })

  it('knows what is on the list already', async () => {
    const { invoke, ready, rows } = await scene({ reviewDrops: 'never' })
    const folder = shoot()
    await invoke('intake.add', { paths: [join(folder, 'sub')] })
    await expect.poll(() => rows().length).toBe(3)
    await invoke('queue.cancel', { itemIds: [rows()[0]?.id ?? ''] })
    await invoke('settings.set', always)
    const { surveyId } = await invoke('intake.add', { paths: [folder] })
    expect((await ready(surveyId ?? '')).known).toEqual({ waiting: 2, finished: 1 })
  })

  it('keeps the drop when what was chosen for it is gone', async () => {
    const { invoke, ready } = await scene(always)
    const { surveyId } = await invoke('intake.add', { paths: [shoot()] })
    const confirm = (presetId: string) => invoke('survey.confirm', { surveyId: surveyId ?? '', presetId })
    await expect(confirm('own-99')).rejects.toThrow('not-found')
    await ready(surveyId ?? '')
    expect((await confirm('original')).batchIds.length).toBe(1)
  })

  it('begins at once where it is small and only large ones are asked about', async () => {
    const { invoke, rows } = await scene({ reviewDrops: 'large' })
    const { batchIds, surveyId } = await invoke('intake.add', { paths: [shoot()] })
    expect([batchIds.length, surveyId]).toEqual([1, null])
    await expect.poll(() => rows().length).toBe(11)
    const season = join(temporaryFolder(), 'Season')
    mkdirSync(season)
    for (let nth = 0; nth < 5_000; nth++) writeFileSync(join(season, `${nth}.jpg`), '')
    const large = await invoke('intake.add', { paths: [season] })
    expect(large.batchIds).toEqual([])
    expect(large.surveyId).not.toBeNull()
  })

  it('tells copies by both ends: a file that differs in its last byte is none', async () => {
    const { invoke, ready } = await scene(always)
    const folder = temporaryFolder()
    const bytes = Buffer.alloc(3 * comparedEndBytes, 7)
    for (const name of ['a', 'b', 'c']) writeFileSync(join(folder, name), bytes)
    bytes[bytes.length - 1] = 8
    writeFileSync(join(folder, 'd'), bytes)
    const { surveyId } = await invoke('intake.add', { paths: [folder] })
    expect((await ready(surveyId ?? '')).duplicates.files).toBe(2)
  })
})

describe('a drop', () => {
  /** Holds up the reading of every folder of that name; counts the folders that are read. */
  function slowFolders(name: string) {
    const read: string[] = []
    const gate = Promise.withResolvers<void>()
    const readdir = fs.readdir.bind(fs) as (...args: unknown[]) => Promise<unknown>
    vi.spyOn(fs, 'readdir').mockImplementation((async (path: string, ...rest: unknown[]) => {
      read.push(basename(path))
      if (basename(path) === name) await gate.promise
      return readdir(path, ...rest)
    }) as never)
    syncBuiltinESMExports()
    onTestFinished(() => {
      vi.restoreAllMocks()
      syncBuiltinESMExports()
    })
    return { read, open: gate.resolve }
  }

  function cardWithTwoFolders(): string {
    const card = join(temporaryFolder(), 'Card')
    return writeFiles(card, { '100/a.jpg': 10, '100/b.jpg': 20, '101/c.jpg': 30 })
  }

  it.each(['never', 'large', 'always'] as const)(
    'is read once when it is reviewed: %s',
    async (reviewDrops) => {
      const { invoke, ready, rows } = await scene({ reviewDrops })
      const folders = slowFolders('none')
      const { surveyId } = await invoke('intake.add', { paths: [cardWithTwoFolders()] })
      if (surveyId !== null) {
        await ready(surveyId)
        await invoke('survey.confirm', { surveyId })
      }
      await expect.poll(() => rows().length).toBe(3)
      // Other parts of PhotoFerry read folders of their own.
      const ofCard = folders.read.filter((name) => ['Card', '100', '101'].includes(name))
      expect(ofCard).toEqual(['Card', '100', '101'])
    },
  )

  it('that may be large shows its first files while folders are still being read, and sends none', async () => {
    const server = await serve(temporaryFolder())
    const { invoke, rows, client } = await scene({ reviewDrops: 'large' }, server)
    const folders = slowFolders('101')
    const added = invoke('intake.add', { paths: [cardWithTwoFolders()] })
    await expect
      .poll(() => rows().map(({ relativePath }) => relativePath))
      .toEqual(['Card/100/a.jpg', 'Card/100/b.jpg'])
    await invoke('queue.moveToTop', { itemIds: rows().map(({ id }) => id) })
    expect(rows().map(({ state }) => state.status)).toEqual(['queued', 'queued'])
    folders.open()
    expect((await added).surveyId).toBeNull()
    await client.whenIdle()
    await expect.poll(() => rows().map(({ state }) => state.status)).toEqual(['done', 'done', 'done'])
  })

  it('that proves large leaves the list, and is sent as a whole once it is confirmed', async () => {
    const server = await serve(temporaryFolder())
    const { invoke, rows, client } = await scene({ reviewDrops: 'large', parallelFiles: 16 }, server)
    const season = join(temporaryFolder(), 'Season')
    mkdirSync(season)
    for (let nth = 0; nth < 5_000; nth++) writeFileSync(join(season, `${nth}.jpg`), '')
    const { surveyId } = await invoke('intake.add', { paths: [season] })
    await expect.poll(() => rows()).toEqual([])
    const stats = await fetch(`${server.url}/api/stats`, {
      headers: { Authorization: `Bearer ${server.token}` },
    })
    expect(await stats.json()).toMatchObject({ activeUploads: 0, finishedUploads: 0 })
    await invoke('survey.confirm', { surveyId: surveyId ?? '' })
    await expect.poll(() => rows().length).toBe(5_000)
    await client.stop()
  })

  it('that nobody had confirmed when PhotoFerry was killed is not sent by the next start', async () => {
    const { invoke, rows, stateDir } = await scene({ reviewDrops: 'large' })
    const folders = slowFolders('101')
    const added = invoke('intake.add', { paths: [cardWithTwoFolders()] })
    await expect.poll(() => rows().length).toBe(2)
    // The state as a SIGKILL would leave it, journal written.
    await invoke('queue.moveToTop', { itemIds: rows().map(({ id }) => id) })
    const left = temporaryFolder()
    cpSync(stateDir, left, { recursive: true })
    rmSync(join(left, 'lock.db'))
    const next = await openTestClient(left, nowhere, endlessPatience)
    await next.client.whenIdle()
    expect(next.rows()).toEqual([])
    folders.open()
    await added
  })

  it('that was removed before it had proven small is sent when the removal is undone', async () => {
    const server = await serve(temporaryFolder())
    const { invoke, rows, client } = await scene({ reviewDrops: 'large' }, server)
    const folders = slowFolders('101')
    const added = invoke('intake.add', { paths: [cardWithTwoFolders()] })
    await expect.poll(() => rows().length).toBe(2)
    const { undoId } = await invoke('queue.remove', { batchIds: [rows()[0]?.batchId ?? ''] })
    await added
    folders.open()
    await invoke('queue.undo', { undoId: undoId ?? '' })
    await client.whenIdle()
    await expect.poll(() => rows().map(({ state }) => state.status)).toEqual(['done', 'done', 'done'])
  })

  it('sends a finished file again only when the drop is confirmed', async () => {
    const server = await serve(temporaryFolder())
    const { invoke, rows, row, client } = await scene({ reviewDrops: 'never' }, server)
    const card = cardWithTwoFolders()
    await invoke('intake.add', { paths: [card] })
    await client.whenIdle()
    await invoke('settings.set', { reviewDrops: 'large' })
    await expect.poll(() => row('a.jpg').state.status).toBe('done')
    const before = row('a.jpg').state
    const folders = slowFolders('101')
    const added = invoke('intake.add', { paths: [card] })
    await expect.poll(() => folders.read).toContain('101')
    await delay(300)
    expect(row('a.jpg').state).toEqual(before)
    folders.open()
    await added
    await client.whenIdle()
    await expect.poll(() => row('a.jpg').state).not.toEqual(before)
    await expect.poll(() => rows().map(({ state }) => state.status)).toEqual(['done', 'done', 'done'])
    expect(row('a.jpg').state).not.toEqual(before)
  })
})

describe('a file under a skip rule', () => {
  it('is on the list with its rule, is not sent, and is sent when the person wants it after all', async () => {
    const server = await serve(temporaryFolder())
    const rules = { ...defaultSettings.skipRules, groups: ['video'] as const }
    const { invoke, rows, row, client } = await scene({ reviewDrops: 'never', skipRules: rules }, server)
    const folder = writeFiles(join(temporaryFolder(), 'Shoot'), {
      'a.jpg': 10,
      'clip.mov': 20,
      'empty.jpg': 0,
    })
    await invoke('intake.add', { paths: [folder] })
    await expect.poll(() => row('a.jpg').state.status).toBe('done')
    const skipped = { status: 'skipped', reason: { by: 'group', group: 'video' } }
    await expect.poll(() => row('clip.mov')).toMatchObject({ state: skipped, note: null })
    await expect.poll(() => row('empty.jpg')).toMatchObject({ state: { status: 'empty' }, note: null })
    // Adding the folder once more is no wish for this very file.
    await invoke('intake.add', { paths: [folder] })
    await client.whenIdle()
    expect(row('clip.mov')).toMatchObject({ state: skipped, note: null })
    await invoke('queue.retry', { itemIds: [row('clip.mov').id] })
    await expect.poll(() => row('clip.mov')).toMatchObject({ state: { status: 'done' }, note: null })
    expect(rows().length).toBe(3)
  })

  it.skipIf(process.platform === 'win32')('or that cannot be read keeps its own reason', async () => {
    const { invoke, ready } = await scene(always)
    const folder = temporaryFolder()
    execFileSync('mkfifo', [join(folder, 'pipe.jpg')])
    const { surveyId } = await invoke('intake.add', { paths: [folder] })
    const { unreadable } = await ready(surveyId ?? '')
    expect(unreadable.problems[0]?.error.code).toBe('source-not-a-file')
  })
})
