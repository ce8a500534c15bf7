/** Browser mode's key in a real browser: what a second tab, another port, and a program that has the port later can have of it. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { chromium, type Page } from 'playwright-core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { seeded, writeRandomFile } from '../crossing/photo-folder.ts'
import { exchange, keyOf } from '../main/browser/page-client.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { cli, startApp } from './app-process.ts'
import { packagedChromium } from './chromium.ts'
import { openImpostor } from './impostor.ts'
import { canRun, openScene, openWindow, type Scene } from './scene.ts'

/** The secrets that this tab holds. */
async function secretsOf(page: Page): Promise<string[]> {
  const kept = await page.evaluate(() => sessionStorage.getItem('photoferry.session'))
  const secrets = Object.values(JSON.parse(kept ?? '{}')) as string[]
  expect(secrets).toHaveLength(2)
  return secrets
}

/** Everything that a page finds in this browser under its own address. */
function findingsOf(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const databases = await indexedDB.databases()
    const storages = [localStorage, sessionStorage].map((storage) => JSON.stringify(storage))
    return [document.cookie, ...storages, JSON.stringify(databases), location.href, document.referrer].join(
      '\n',
    )
  })
}

async function storeOne({ source, window }: Scene): Promise<void> {
  writeRandomFile(join(source, 'Party', 'IMG_1.jpg'), 1000, seeded(61))
  await window.addFolder(join(source, 'Party'))
  await window.row('IMG_1.jpg', 'Done').waitFor()
}

describe.skipIf(!canRun)('the printed address', () => {
  it('opens one tab after the other, and a tab that has a session needs it no more', async () => {
    const { app, window } = await openScene()
    const connected = (page: Page) =>
      page.getByRole('button', { name: 'Settings' }).and(page.locator(':enabled'))
    const context = window.page.context()
    const second = await context.newPage()
    await second.goto(app.url)
    await connected(second).waitFor()
    expect(second.url()).toBe(`http://127.0.0.1:${app.port}/`)
    await second.reload()
    await connected(second).waitFor()
    await window.page.reload()
    await connected(window.page).waitFor()

    const without = await context.newPage()
    await without.goto(`http://127.0.0.1:${app.port}/`)
    await without.getByRole('heading', { name: 'Open the address that PhotoFerry printed' }).waitFor()
    // As `localhost`, which may be another program's, it leads to the one address of this process.
    await without.goto(app.url.replace('127.0.0.1', 'localhost'))
    await connected(without).waitFor()
    expect(without.url()).toBe(`http://127.0.0.1:${app.port}/`)
  })

  it('leaves nothing that another port of this computer is sent or can read', async () => {
    const { app, window } = await openScene()
    const secrets = [...(await secretsOf(window.page)), keyOf(app.url)]
    const other = await openImpostor(0)
    const page = await window.page.context().newPage()
    await page.goto(`http://127.0.0.1:${other.port}/`)
    const found = `${await findingsOf(page)}\n${other.everything()}`
    for (const secret of secrets) expect(found).not.toContain(secret)
    expect(other.everything().toLowerCase()).not.toMatch(/\n(cookie|authorization)\n/)
  })
})

describe.skipIf(!canRun)('an open page whose PhotoFerry has ended', () => {
  it('sends neither its session nor a file to another program on its port, keeps what is stored on show, and leaves nothing to find', async () => {
    const scene = await openScene()
    const { app, window } = scene
    await storeOne(scene)
    const secrets = [...(await secretsOf(window.page)), keyOf(app.url)]
    window.expectOutage()
    await app.kill('SIGKILL')
    await window.offline.waitFor()
    const impostor = await openImpostor(app.port)
    await window.restarted.waitFor()
    await window.row('IMG_1.jpg', 'Done').waitFor()
    // It goes on asking, for the same process may come back behind a tunnel.
    await expect.poll(() => impostor.requests.length).toBeGreaterThan(1)
    for (const request of impostor.requests) expect(request).toMatch(/^GET \/session\?nonce=[\w-]{22}$/)

    const page = await window.page.context().newPage()
    await page.goto(`http://127.0.0.1:${app.port}/`)
    const found = `${await findingsOf(page)}\n${impostor.everything()}`
    for (const secret of secrets) expect(found).not.toContain(secret)

    // What it had been told would open nothing either.
    await impostor.close()
    scene.app = await startApp(scene, app.port)
    for (const secret of secrets) {
      expect((await exchange(new URL(scene.app.url).origin, secret)).status).toBe(401)
    }
  }, 180_000)

  it('comes back by itself where the same process answers again, as through a tunnel that led elsewhere for a while', async () => {
    const { window } = await openScene()
    const { page } = window
    let breakOff = () => Promise.resolve()
    await page.routeWebSocket(/\/bridge$/, (socket) => {
      breakOff = () => socket.close()
      socket.connectToServer()
    })
    await page.reload()
    await window.button('Settings').and(page.locator(':enabled')).waitFor()
    const loadedAt = await page.evaluate(() => performance.timeOrigin)
    await page.route('**/session?nonce=*', (route) => route.fulfill({ json: { proof: 'of another' } }))
    await breakOff()
    await window.restarted.waitFor()
    await page.unroute('**/session?nonce=*')
    await window.restarted.waitFor({ state: 'hidden' })
    await window.button('Settings').and(page.locator(':enabled')).waitFor()
    expect(await page.evaluate(() => performance.timeOrigin)).toBe(loadedAt)
  })

  it('says so in both languages without trying on in sight, and goes on in the same tab with the new address', async () => {
    const scene = await openScene()
    const { app, window } = scene
    await storeOne(scene)
    const chinese = await openWindow(app.url, { locale: 'zh-CN' }, '设置')
    for (const each of [window, chinese]) each.expectOutage()
    await app.kill('SIGKILL')
    scene.app = await startApp(scene, app.port)
    await window.restarted.waitFor()
    await window.page.getByText('Open the address that it printed in this tab').waitFor()
    await window.row('IMG_1.jpg', 'Done').waitFor()
    expect(await window.button('Try now').count()).toBe(0)
    expect(await window.button('Add folder').isDisabled()).toBe(true)
    await chinese.page.getByRole('heading', { name: 'PhotoFerry 已重新启动' }).waitFor()
    await chinese.page.getByText('请在本标签页中打开它给出的新地址').waitFor()

    // The old address is no help, in this tab or in another one.
    await window.page.goto(app.url)
    await window.restarted.waitFor()
    const another = await window.page.context().newPage()
    await another.goto(app.url)
    await another.getByRole('heading', { name: 'This key isn’t valid' }).waitFor()
    // Nor is a reload.
    await chinese.page.reload()
    await chinese.page.getByRole('heading', { name: 'PhotoFerry 已重新启动' }).waitFor()

    await window.openAgain(scene.app.url)
    await window.row('IMG_1.jpg', 'Done').waitFor()
    await expect.poll(() => window.button('Add folder').isDisabled()).toBe(false)
  }, 180_000)
})

/** The arguments of every process of this machine whose arguments hold the text. */
function argumentsOf(text: string): string[] {
  const read = (id: string) => {
    try {
      return readFileSync(`/proc/${id}/cmdline`, 'utf8')
    } catch {
      // It ended meanwhile.
      return ''
    }
  }
  const all = readdirSync('/proc').filter((id) => /^\d+$/.test(id))
  return all.map(read).filter((line) => line.includes(text))
}

it.skipIf(!canRun || process.platform !== 'linux' || process.arch !== 'x64')(
  'a browser that PhotoFerry opens connects by a file for this user only, and none of its processes has a key in its arguments',
  async () => {
    const folder = temporaryFolder()
    const [programs, temporary, profile] = ['bin', 'tmp', 'profile'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ]
    for (const path of [programs, temporary]) mkdirSync(path)
    const { path, env } = await packagedChromium()
    const flags = `--headless --no-sandbox --disable-gpu --remote-debugging-port=0 --user-data-dir=${profile}`
    for (const name of ['xdg-open', 'browser']) {
      const said = `echo "$1" >${folder}/opening\nmv ${folder}/opening ${folder}/opened`
      const script = `#!/bin/sh\necho $$ >${folder}/pid\n${said}\nexec ${path} ${flags} "$1" 2>/dev/null\n`
      writeFileSync(join(programs, name), script)
      chmodSync(join(programs, name), 0o755)
    }
    const args = ['start', '--browser', '--port', '0', '--state', join(folder, 'state')]
    const program = spawn(process.execPath, [cli, ...args, '--library', join(folder, 'library')], {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: {
        ...env,
        HOME: folder,
        TMPDIR: temporary,
        DISPLAY: ':99',
        BROWSER: join(programs, 'browser'),
        PATH: `${programs}${delimiter}${process.env.PATH}`,
      },
    })
    onTestFinished(() => {
      program.kill('SIGKILL')
      if (existsSync(join(folder, 'pid'))) endProcess(Number(readFileSync(join(folder, 'pid'), 'utf8')))
    })
    const [line] = await once(createInterface({ input: program.stdout }), 'line')
    const url = /http:\S+/.exec(String(line))?.[0] ?? ''
    await expect.poll(() => existsSync(join(folder, 'opened'))).toBe(true)
    const opened = readFileSync(join(folder, 'opened'), 'utf8').trim()
    const file = opened.startsWith('file:') ? fileURLToPath(opened) : opened
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const inFile = /location\.replace\("([^"]+)"\)/.exec(readFileSync(file, 'utf8'))?.[1] ?? ''
    const portFile = join(profile, 'DevToolsActivePort')
    const portLine = () => readFileSync(portFile, 'utf8')
    await expect.poll(portLine, { timeout: 60_000 }).toMatch(/^\d+\n/)
    const [port] = portLine().split('\n')
    const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`)
    const page = browser.contexts()[0]?.pages()[0]
    await page?.getByRole('button', { name: 'Settings' }).and(page.locator(':enabled')).waitFor()
    expect(page?.url()).toBe(`${new URL(url).origin}/`)
    expect(argumentsOf(profile).length).toBeGreaterThan(0)
    for (const key of [keyOf(url), keyOf(inFile)]) expect(argumentsOf(key)).toEqual([])
    expect((await exchange(new URL(url).origin, keyOf(inFile))).status).toBe(401)
    expect((await exchange(new URL(url).origin, keyOf(url))).status).toBe(200)
    await (await browser.newBrowserCDPSession()).send('Browser.close')
    await expect.poll(() => argumentsOf(profile)).toEqual([])
    // Helpers of the browser may still write.
    rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
    program.kill('SIGTERM')
    await once(program, 'exit')
    expect(existsSync(file)).toBe(false)
  },
  180_000,
)

function endProcess(id: number): void {
  try {
    process.kill(id, 'SIGKILL')
  } catch {
    // It has ended.
  }
}
