/**
 * F17 for browser mode: commands over the page's WebSocket and requests over raw sockets, each an honest one that is changed,
 * to the real host with the real client. `PHOTOFERRY_FUZZ` says how many.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it, onTestFinished } from 'vitest'
import { startBrowserServer } from '../../src/main/browser/browser-server.ts'
import { connectPage, expectValue, type Page, sessionOf } from '../main/browser/page-client.ts'
import { attemptsOf, bytesToSend, exchange, StatusCount } from './attempts.ts'
import { type ClientScene, commandAttempts, expectAnswered, openClientScene } from './client-scene.ts'
import { pageKinds } from './page-requests.ts'
import { patientMs, runs } from './runs.ts'

/** Inputs after which the list is filled anew: some of them empty it. */
const renewEvery = 40

async function openHost(scene: ClientScene) {
  const rendererDir = join(scene.stateDir, '..', 'state', 'page')
  mkdirSync(join(rendererDir, 'assets'), { recursive: true })
  writeFileSync(join(rendererDir, 'index.html'), '<title>PhotoFerry</title>')
  writeFileSync(join(rendererDir, 'assets', 'index.js'), 'export {}')
  const { client, stateDir } = scene
  const reported: string[] = []
  const report = ({ message }: Error) => void reported.push(message)
  const host = await startBrowserServer({ client, rendererDir, stateDir, version: '1', port: 0, report })
  onTestFinished(() => host.close())
  const address = await sessionOf(host.url)
  const page = await connectPage(address)
  page.socket.send(JSON.stringify({ subscribe: true }))
  return { ...address, page, reported }
}

async function renew(scene: ClientScene, page: Page): Promise<void> {
  page.feed.length = 0
  const begun = await page.command('staging.begin', { name: 'Drop', files: 100 })
  await scene.renew(expectValue<{ dropId: string }>(begun).dropId)
}

it('every command is answered, and none leads out of the folders or stops the client', {
  timeout: patientMs,
}, async () => {
  const scene = await openClientScene()
  const { page, reported } = await openHost(scene)
  let tried = 0
  const property = fc.asyncProperty(commandAttempts(), async (attempt) => {
    if (tried++ % renewEvery === 0) await renew(scene, page)
    expectAnswered(attempt, await page.command(attempt.name, scene.inputOf(attempt)))
  })
  await fc.assert(property, runs('commands of a page'))
  expect(page.socket.readyState).toBe(page.socket.OPEN)
  expect(reported).toEqual([])
  await scene.expectHonestDrop()
  scene.expectNothingOutside()
})

it('every request to the page’s host is answered, and none leads out of the folders or stops the client', {
  timeout: patientMs,
}, async () => {
  const scene = await openClientScene()
  const { page, port, token, reported } = await openHost(scene)
  const statuses = new StatusCount()
  let tried = 0
  const property = fc.asyncProperty(attemptsOf(Object.keys(pageKinds)), async (attempt) => {
    if (tried++ % renewEvery === 0) await renew(scene, page)
    const one = pageKinds[attempt.kind as keyof typeof pageKinds](scene.shown)
    const sent = bytesToSend(attempt, one, `127.0.0.1:${port}`, token)
    statuses.add(sent, await exchange(port, sent))
  })
  await fc.assert(property, runs('requests to the page’s host'))
  console.log(`answers: ${statuses}`)
  expect(statuses.of(201)).toBeGreaterThan(0)
  expect(statuses.of(400)).toBeGreaterThan(0)
  expect(reported).toEqual([])
  await scene.expectHonestDrop()
  scene.expectNothingOutside()
})
