/** A card is called safe only when every file's own bytes are proven to be at the server; each way to be wrong is tried. */
import { readdirSync, readFileSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { plainDestination } from '../../../src/shared/destination.ts'
import { noSkipRules } from '../../../src/shared/skip-rules.ts'
import { pacingProxy } from '../../crossing/pacing-proxy.ts'
import { paintPhoto } from '../../e2e/paint-photo.ts'
import { bare } from '../../outage-proxy.ts'
import { photos } from '../drives-scene.ts'
import {
  addFile,
  append,
  canon,
  card,
  cardScene,
  cards,
  openBehindProxy,
  until,
  uploadCard,
} from './card-scene.ts'

describe('a card that is connected', () => {
  it('asks, is uploaded, read once more, and then safe to format with a certificate', async () => {
    const scene = await cardScene()
    const client = await scene.openWith()
    const top = scene.reader.plugIn(canon(scene))
    await expect.poll(() => cards(client)[0]?.found).toEqual({ files: 4, bytes: 8_000 })
    expect(card(client)).toMatchObject({ name: 'EOS_DIGITAL', connected: true, state: { phase: 'found' } })
    expect(client.rows()).toEqual([])
    const beforeMs = Date.now()
    await uploadCard(client)
    const { certificateId, atMs } = await until(client, 'safe')
    expect(atMs).toBeGreaterThanOrEqual(beforeMs)
    expect(scene.stored().size).toBe(4)
    const json = await client.client.history.receipt(certificateId, 'json')
    const certificate = JSON.parse([...json.parts].join(''))
    expect(json.fileName).toMatch(/^EOS_DIGITAL \d{4}-\d\d-\d\d safe to format\.json$/)
    expect(certificate).toMatchObject({
      safeToFormat: { card: 'EOS_DIGITAL', volumeId: 'uuid:1', readFrom: top, systemFilesNotLookedFor: [] },
      storedFiles: 4,
      notStoredFiles: 0,
    })
    for (const { verifiedAt } of certificate.stored)
      expect(Date.parse(verifiedAt)).toBeGreaterThanOrEqual(beforeMs)
    const mhl = [...(await client.client.history.receipt(certificateId, 'mhl')).parts].join('')
    expect(mhl).toContain('SAFE TO FORMAT: card EOS_DIGITAL (uuid:1)')
    expect(mhl.match(/<hash>/g)).toHaveLength(4)
  })

  it('keeps its certificate in the history, also after a restart', async () => {
    const scene = await cardScene()
    const first = await scene.openWith()
    scene.reader.plugIn(canon(scene))
    await expect.poll(() => cards(first)[0]?.found?.files).toBe(4)
    await uploadCard(first)
    const { certificateId: id, atMs } = await until(first, 'safe')
    const entry = { id, name: 'EOS_DIGITAL', checkedAtMs: atMs, files: 4, bytes: 8_000 }
    await expect.poll(() => first.client.history.certificates()).toMatchObject([entry])
    await first.client.stop()
    const second = await scene.openWith()
    expect(await second.client.history.certificates()).toMatchObject([entry])
    // One that a version of before wrote has no short form beside it.
    const folder = join(scene.folder, 'state', 'history')
    for (const name of readdirSync(folder)) if (name.endsWith('.brief')) rmSync(join(folder, name))
    expect(await second.client.history.certificates()).toMatchObject([entry])
  })

  it('is never safe by its previews, which are no files of it', async () => {
    const scene = await cardScene()
    const client = await scene.openWith({ destination: { ...plainDestination, previews: true } })
    const reader = scene.reader.card('EOS_DIGITAL', 'uuid:1', {})
    const top = scene.reader.plugIn(reader)
    await paintPhoto(join(top, 'DCIM/IMG_1.JPG'), 1)
    await paintPhoto(join(top, 'DCIM/IMG_2.JPG'), 2)
    await until(client, 'found')
    await client.client.cards.upload(card(client).id, {})
    await until(client, 'safe')
    // What is left at the server is the preview of it.
    rmSync(join(scene.folder, 'data/uploads/EOS_DIGITAL/DCIM/IMG_1.JPG'))
    client.client.cards.check(card(client).id)
    expect((await until(client, 'unsafe')).findings).toMatchObject({
      counts: { lost: 1 },
      named: [{ path: 'DCIM/IMG_1.JPG' }],
    })
    expect([...scene.stored().keys()].filter((path) => path.startsWith('previews/'))).toHaveLength(2)
  })

  it('is uploaded by itself where the settings say so, and what the library holds is not sent', async () => {
    const scene = await cardScene()
    const client = await scene.openWith()
    await client.client.settings.change({ cards: 'upload' })
    const first = canon(scene)
    scene.reader.plugIn(first)
    await until(client, 'safe')
    scene.reader.pullOut(first)
    await expect.poll(() => card(client).connected).toBe(false)
    const top = scene.reader.plugIn(first)
    addFile(top, 'DCIM/IMG_9.jpg')
    await expect.poll(() => card(client).connected && card(client).state.phase).toBe('safe')
    expect(scene.stored().size).toBe(5)
    expect(client.rows().reduce((sum, { state }) => sum + (state.status === 'done' ? 1 : 0), 0)).toBe(5)
  })

  it('is not shown where the settings say so, nor a drive that no camera wrote to', async () => {
    const scene = await cardScene()
    const client = await scene.openWith()
    await client.client.settings.change({ cards: 'ignore' })
    const disk = scene.reader.card('BACKUP', 'uuid:2', { 'work/a.jpg': 10 })
    scene.reader.plugIn(disk)
    scene.reader.plugIn(canon(scene))
    await client.client.settings.change({ cards: 'ask' })
    await expect.poll(() => cards(client).map(({ name }) => name)).toEqual(['EOS_DIGITAL'])
  })

  it('that holds the very library is no card', async () => {
    const scene = await cardScene()
    const drive = canon(scene)
    const top = scene.reader.plugIn(drive)
    const client = await scene.openWith()
    await client.client.settings.change({ libraryDir: join(top, 'library') })
    scene.reader.plugIn(scene.reader.card('OTHER', 'uuid:3', photos(1)))
    await expect.poll(() => cards(client).map(({ name }) => name)).toContain('OTHER')
    expect(cards(client).some(({ name, state }) => name === 'EOS_DIGITAL' && state.phase === 'safe')).toBe(
      false,
    )
  })

  it.each([
    { when: 'files are on their way', bytes: 60_000, holdAfterBytes: 200_000, left: 12 },
    { when: 'all is stored and nothing was read once more', bytes: 2_000, holdAfterBytes: 9_000, left: 0 },
  ])(
    'that is taken out while $when waits, goes on at another path, and is proven then',
    async ({ bytes, holdAfterBytes, left }) => {
      const scene = await cardScene()
      const files = Object.fromEntries(Object.keys(photos(12)).map((path) => [path, bytes]))
      const drive = scene.reader.card('EOS_DIGITAL', 'uuid:1', files)
      const proxy = await pacingProxy(scene.server.port, holdAfterBytes)
      const client = await scene.open(
        { url: proxy.url, token: scene.server.token },
        { cards: { lookEveryMs: 40 } },
      )
      scene.reader.plugIn(drive)
      await client.client.settings.change({ parallelFiles: 1 })
      await uploadCard(client)
      await proxy.reached
      // What asks the server about the card's bytes is held with everything else.
      if (left === 0) await until(client, 'checking')
      scene.reader.pullOut(drive)
      await expect
        .poll(() => card(client))
        .toMatchObject({ connected: false, state: { phase: 'away', filesLeft: left } })
      proxy.release()
      scene.reader.plugIn(drive, 'EOS_DIGITAL1')
      await expect.poll(() => card(client).state.phase).toBe('safe')
      expect(scene.stored().size).toBe(12)
      expect(cards(client)).toHaveLength(1)
    },
  )
})

/** A card that was uploaded and proven. */
async function safeScene(count = 4) {
  const scene = await cardScene()
  const client = await scene.openWith()
  const drive = canon(scene, count)
  const top = scene.reader.plugIn(drive)
  await uploadCard(client)
  await until(client, 'safe')
  return { ...scene, client, drive, top }
}

describe('a card is never safe', () => {
  it('with a file that came to it after it was added', async () => {
    const { client, top } = await safeScene()
    addFile(top, 'DCIM/IMG_9.jpg')
    client.client.cards.check(card(client).id)
    const { findings } = await until(client, 'unsafe')
    expect(findings).toMatchObject({
      readAll: true,
      counts: { 'not-stored': 1 },
      named: [{ path: 'DCIM/IMG_9.jpg', reason: 'not-stored' }],
    })
  })

  it('for a moment longer than that: ejecting it looks again, and refuses', async () => {
    const { client, top } = await safeScene()
    addFile(top, 'MISC/note.bin')
    await expect(client.client.cards.eject(card(client).id)).rejects.toMatchObject({
      code: 'bad-request',
      facts: { kind: 'card-changed', name: 'EOS_DIGITAL' },
    })
    expect((await until(client, 'unsafe')).findings.counts).toEqual({ new: 1 })
  })

  it('with a file that was changed since, also where its size and time are those of before', async () => {
    const { client, top } = await safeScene()
    const file = join(top, 'DCIM/IMG_1.jpg')
    const { atime, mtime, size } = statSync(file)
    writeFileSync(file, Buffer.alloc(size, 7))
    utimesSync(file, atime, mtime)
    client.client.cards.check(card(client).id)
    const { findings } = await until(client, 'unsafe')
    expect(findings.named).toEqual([{ path: 'DCIM/IMG_1.jpg', reason: 'lost' }])
  })

  it('with a file that grew', async () => {
    const { client, top } = await safeScene()
    append(top, 'DCIM/IMG_2.jpg')
    client.client.cards.check(card(client).id)
    const { findings } = await until(client, 'unsafe')
    expect(findings.named).toEqual([{ path: 'DCIM/IMG_2.jpg', reason: 'changed' }])
  })

  it('with a file that the server no longer has whole, although nothing told the server', async () => {
    const { client, folder } = await safeScene()
    const stored = join(folder, 'data/uploads/EOS_DIGITAL/DCIM/IMG_3.jpg')
    const { atime, mtime } = statSync(stored)
    const bytes = readFileSync(stored)
    bytes[1_000] = (bytes[1_000] ?? 0) ^ 1
    writeFileSync(stored, bytes)
    utimesSync(stored, atime, mtime)
    client.client.cards.check(card(client).id)
    const { findings } = await until(client, 'unsafe')
    expect(findings.named).toEqual([{ path: 'DCIM/IMG_3.jpg', reason: 'lost' }])
  })

  it('with a file that was removed at the server', async () => {
    const { client, folder } = await safeScene()
    rmSync(join(folder, 'data/uploads/EOS_DIGITAL/DCIM/IMG_0.jpg'))
    client.client.cards.check(card(client).id)
    expect((await until(client, 'unsafe')).findings.counts).toEqual({ lost: 1 })
  })

  it('with what cannot be read once more', async () => {
    const { client, top } = await safeScene()
    // A link is nothing that an upload follows: what it stands for is unknown.
    symlinkSync('IMG_1.jpg', join(top, 'DCIM/IMG_5.jpg'))
    client.client.cards.check(card(client).id)
    expect((await until(client, 'unsafe')).findings.named).toEqual([
      { path: 'DCIM/IMG_5.jpg', reason: 'unreadable' },
    ])
  })

  it('where another card of the same name lies in its place', async () => {
    const { client, reader, drive } = await safeScene()
    const other = reader.card('EOS_DIGITAL', 'uuid:9', photos(4), 'another shoot')
    const { id } = card(client)
    reader.pullOut(drive)
    reader.plugIn(other)
    await expect.poll(() => cards(client).map(({ state }) => state.phase)).toEqual(['safe', 'found'])
    const [gone, found] = cards(client)
    expect(gone).toMatchObject({ id, connected: false })
    await expect(client.client.cards.eject(id)).rejects.toMatchObject({ code: 'not-found' })
    client.client.cards.check(found?.id ?? '')
    await expect
      .poll(() => cards(client).at(-1)?.state)
      .toMatchObject({ phase: 'unsafe', findings: { counts: { 'not-stored': 4 } } })
  })

  it('where nobody can tell two cards apart, and the other one holds other photos', async () => {
    const scene = await cardScene()
    const client = await scene.openWith()
    const one = canon(scene, 3, null)
    scene.reader.plugIn(one)
    await uploadCard(client)
    await until(client, 'safe')
    // Between two looks at the volumes.
    scene.reader.pullOut(one)
    scene.reader.plugIn(scene.reader.card('EOS_DIGITAL', null, photos(3), 'another shoot'))
    await expect(client.client.cards.eject(card(client).id)).rejects.toMatchObject({
      facts: { kind: 'card-changed' },
    })
    await expect.poll(() => card(client).state.phase).not.toBe('safe')
    client.client.cards.check(card(client).id)
    await expect
      .poll(() => card(client).state)
      .toMatchObject({ phase: 'unsafe', findings: { readAll: true, files: 3 } })
  })

  it('with copies of a preset: at once, without reading it in vain', async () => {
    const scene = await cardScene()
    const client = await scene.openWith()
    const top = scene.reader.plugIn(scene.reader.card('EOS_DIGITAL', 'uuid:1', {}))
    addFile(top, 'DCIM/IMG_1.jpg')
    await paintPhoto(join(top, 'DCIM/IMG_1.jpg'), 1)
    await uploadCard(client, 'web-gallery')
    const { findings } = await until(client, 'unsafe')
    expect(findings).toMatchObject({ readAll: false, counts: { 'copy-only': 1 } })
    client.client.cards.check(card(client).id)
    await expect
      .poll(() => card(client).state)
      .toMatchObject({ phase: 'unsafe', findings: { readAll: true, counts: { 'copy-only': 1 } } })
  })

  it('with a file that a rule skipped', async () => {
    const scene = await cardScene()
    const client = await scene.openWith()
    await client.client.settings.change({
      skipRules: { ...noSkipRules, patterns: ['*_edited.*'] },
    })
    const top = scene.reader.plugIn(canon(scene))
    addFile(top, 'DCIM/IMG_1_edited.jpg')
    await uploadCard(client)
    const { findings } = await until(client, 'unsafe')
    expect(findings.named).toEqual([{ path: 'DCIM/IMG_1_edited.jpg', reason: 'skipped' }])
  })

  it('with a photo in its trash, or a photo without a byte; but with the litter of a system', async () => {
    const { client, top } = await safeScene()
    addFile(top, '.Trashes/501/IMG_7.CR3')
    addFile(top, '.Spotlight-V100/store.db')
    addFile(top, '._IMG_1.jpg', Buffer.from([0, 5, 0x16, 7]))
    client.client.cards.check(card(client).id)
    expect((await until(client, 'unsafe')).findings.named).toEqual([
      { path: '.Trashes/501/IMG_7.CR3', reason: 'left-out' },
    ])
    rmSync(join(top, '.Trashes'), { recursive: true })
    addFile(top, 'DCIM/IMG_8.jpg', '')
    client.client.cards.check(card(client).id)
    await expect
      .poll(() => card(client).state)
      .toMatchObject({ phase: 'unsafe', findings: { counts: { empty: 1 } } })
    rmSync(join(top, 'DCIM/IMG_8.jpg'))
    client.client.cards.check(card(client).id)
    expect(await until(client, 'safe')).toMatchObject({ leftOut: 2 })
  })

  it('with a hidden folder that was not uploaded', async () => {
    const { client, top } = await safeScene()
    addFile(top, '.hidden/IMG_9.jpg')
    client.client.cards.check(card(client).id)
    expect((await until(client, 'unsafe')).findings.named).toEqual([
      { path: '.hidden/IMG_9.jpg', reason: 'not-stored' },
    ])
  })

  it('because of a certificate of another day: back in the reader, it is asked about anew', async () => {
    const { client, reader, drive, top } = await safeScene()
    reader.pullOut(drive)
    await expect.poll(() => card(client).connected).toBe(false)
    reader.plugIn(drive)
    await expect.poll(() => card(client).state.phase).toBe('found')
    expect(top).toBe(card(client).mountPoint)
  })
})

describe('a check of a card', () => {
  it('waits while the server is away, says so, and ends when it is back', async () => {
    const scene = await cardScene()
    const { proxy, client } = await openBehindProxy(scene)
    scene.reader.plugIn(canon(scene))
    await uploadCard(client)
    await until(client, 'safe')
    proxy.set('reset')
    client.client.cards.check(card(client).id)
    await expect.poll(() => card(client).state).toMatchObject({ phase: 'checking', waiting: true })
    proxy.set(null)
    await until(client, 'safe')
  })

  it('says so when the card is taken out meanwhile', async () => {
    const scene = await cardScene()
    const { proxy, client } = await openBehindProxy(scene)
    const drive = canon(scene, 400)
    scene.reader.plugIn(drive)
    await uploadCard(client)
    await until(client, 'safe')
    // The server takes its time, so that the check is not over before the card is out.
    const isOut = Promise.withResolvers<void>()
    proxy.set({
      only: ({ url = '' }) => url.startsWith('/api/verified'),
      answer: (outgoing, incoming) => void isOut.promise.then(() => bare(503)(outgoing, incoming)),
    })
    client.client.cards.check(card(client).id)
    await until(client, 'checking')
    scene.reader.pullOut(drive)
    proxy.set(null)
    isOut.resolve()
    await expect.poll(() => cards(client).some(({ connected }) => connected)).toBe(false)
    expect(cards(client).some(({ state }) => state.phase === 'safe')).toBe(false)
  })
})
