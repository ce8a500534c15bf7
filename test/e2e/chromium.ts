/**
 * Finds a real Chromium for the tests of the window: the one that comes with the npm packages on Linux x64,
 * an installed Chrome elsewhere. Knows nothing of PhotoFerry.
 */
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir, userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import bundled, { inflate } from '@sparticuz/chromium'
import { type Browser, chromium } from 'playwright-core'

/** A browser, or in one sentence why there is none here. */
export type FoundBrowser = { readonly browser: Browser } | { readonly reason: string }

/** Launches one browser; the caller closes it. */
export async function launchChromium(): Promise<FoundBrowser> {
  const isPackaged = process.platform === 'linux' && process.arch === 'x64'
  try {
    return { browser: await (isPackaged ? launchPackaged() : chromium.launch({ channel: 'chrome' })) }
  } catch (thrown) {
    const [firstLine] = String(thrown instanceof Error ? thrown.message : thrown).split('\n')
    const what = isPackaged ? 'the Chromium of the npm package does not run' : 'no Chrome is installed'
    return { reason: `${what} (${firstLine})` }
  }
}

/** The program of the npm package, and what it needs in its environment. Linux x64 only. */
export async function packagedChromium(): Promise<{ path: string; env: NodeJS.ProcessEnv }> {
  const folder = await unpacked()
  return {
    path: join(folder, 'chromium'),
    env: {
      ...process.env,
      // NSS and expat come along with the package: a plain Debian or Ubuntu holds neither.
      LD_LIBRARY_PATH: [join(folder, 'al2023', 'lib'), process.env.LD_LIBRARY_PATH].filter(Boolean).join(':'),
      FONTCONFIG_PATH: join(folder, 'fonts'),
      FONTCONFIG_FILE: join(folder, 'fonts', 'fonts.conf'),
    },
  }
}

async function launchPackaged(): Promise<Browser> {
  const { path, env } = await packagedChromium()
  // The package's own arguments are for AWS Lambda: one process for all, and web security off. Neither is wanted here.
  return chromium.launch({
    executablePath: path,
    args: ['--no-sandbox', '--font-render-hinting=none'],
    env,
  })
}

/** The package unpacked, once for each version and user: other test files may be at it at the same moment. */
async function unpacked(): Promise<string> {
  const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium')
  const bin = join(dirname(entry), '..', 'bin')
  const { version } = createRequire(import.meta.url)(join(bin, '..', 'package.json')) as { version: string }
  const folder = join(tmpdir(), `photoferry-chromium-${version}-${userInfo().uid}`)
  if (existsSync(folder)) return folder
  const fresh = await mkdtemp(`${folder}-`)
  await unpackInto(fresh, bin)
  await writeFile(join(fresh, 'fonts', 'fonts.conf'), fontsConf(folder))
  // Whoever comes second finds the folder there and throws its own away.
  await rename(fresh, folder).catch(() => rm(fresh, { recursive: true, force: true }))
  return folder
}

async function unpackInto(folder: string, bin: string): Promise<void> {
  const before = process.env.TMPDIR
  // The package unpacks into the temporary folder and cannot be told otherwise.
  process.env.TMPDIR = folder
  try {
    await bundled.executablePath(bin)
    await inflate(join(bin, 'al2023.tar.br'))
  } finally {
    if (before === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = before
  }
  await mkdir(join(folder, 'fonts'), { recursive: true })
}

/** The package's one font first, so that pictures look alike everywhere; then what the machine has, for other scripts. */
function fontsConf(folder: string): string {
  return `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${join(folder, 'fonts')}</dir><dir>/usr/share/fonts</dir><dir>/usr/local/share/fonts</dir>
  <cachedir>${join(folder, 'fonts-cache')}</cachedir>
  <match target="pattern"><edit name="family" mode="append_last"><string>Open Sans</string></edit></match>
</fontconfig>
`
}
