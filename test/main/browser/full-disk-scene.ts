/** Run by full-disk.test.ts in a mount namespace of its own: a host whose staging folder holds 1 MiB in all. */
import { execFileSync } from 'node:child_process'
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { browserBridge } from '../../../src/shared/browser-bridge.ts'
import { openPage, openScene } from './page-client.ts'

await using scene = await openScene()
const staging = join(scene.dir, 'staging')
await mkdir(staging)
execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', staging])
const page = await openPage(scene)
await page.command('staging.begin', { name: 'Wedding', files: 2 })
const [[dropId, drop] = []] = scene.client.staged
if (dropId === undefined || drop === undefined) throw new Error('no drop')

async function put(path: string, bytes: number) {
  const answer = await fetch(scene.origin + browserBridge.stagingUrl(dropId ?? '', path, 1), {
    method: 'PUT',
    body: new Uint8Array(bytes),
    headers: { authorization: `Bearer ${scene.token}` },
  })
  return { status: answer.status, body: await answer.json() }
}

const tooLarge = await put('large.mov', 8 * 1024 * 1024)
const leftovers = await readdir(drop.folder)
const small = await put('small.jpg', 1000)
console.log(JSON.stringify({ tooLarge, leftovers, small, files: drop.files.length }))
page.socket.terminate()
await scene.host.close()
execFileSync('umount', ['-l', staging])
