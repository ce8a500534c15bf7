/** Several pages and windows of one PhotoFerry show the same settings and presets: they come with the feed. */
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { startBrowserServer } from '../../../src/main/browser/browser-server.ts'
import { presetSchema } from '../../../src/shared/presets.ts'
import { defaultSettings, type Settings } from '../../../src/shared/settings.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { openTestClient } from '../a-client.ts'
import { connectPage, expectValue, type Page, sessionOf } from './page-client.ts'

const shown = ({ feed }: Pick<Page, 'feed'>): Settings | undefined =>
  feed.findLast(({ settings }) => settings !== undefined)?.settings

it('tells every page, and the window of the same process, what any of them changed', async () => {
  const stateDir = join(temporaryFolder(), 'state')
  const { client, events } = await openTestClient(stateDir, null)
  const options = { client, rendererDir: stateDir, stateDir, version: '1', port: 0, report: () => undefined }
  const host = await startBrowserServer(options)
  onTestFinished(() => host.close())
  const address = await sessionOf(host.url)
  const [one, other] = [await connectPage(address), await connectPage(address)]
  for (const { socket } of [one, other]) socket.send(JSON.stringify({ subscribe: true }))
  await expect.poll(() => shown(other)).toEqual(defaultSettings)

  expectValue(await one.command('settings.set', { preset: 'proof' }))
  await expect.poll(() => shown(other)?.preset).toBe('proof')
  const preset = presetSchema.parse({ name: 'Album' })
  const { id } = expectValue<{ id: string }>(await other.command('presets.save', { id: null, preset }))
  await expect.poll(() => shown(one)?.ownPresets).toMatchObject([{ id, name: 'Album' }])
  await expect.poll(() => shown({ feed: events })).toEqual(shown(one))
  expectValue(await one.command('presets.remove', { id }))
  await expect.poll(() => shown(other)?.ownPresets).toEqual([])
  // They are sent when they changed, not with every event.
  await expect.poll(() => one.feed.filter(({ settings }) => settings !== undefined)).toHaveLength(4)
})
