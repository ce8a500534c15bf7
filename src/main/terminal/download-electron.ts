/** Fetches Electron's program at the first start: waits as long as bytes come, and says how many. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { mkdtemp, readdir, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { formatBytes } from '../../shared/byte-size.ts'

export interface DownloadOptions {
  /** Absolute path of the program that downloads; electron's own `install.js`, which unpacks into `dist` beside it. */
  readonly program: string
  /** Told from time to time how much has come. */
  readonly onProgress: (text: string) => void
  /** Without one more byte for so long it is given up, ms. */
  readonly stallMs?: number
  /** Between two looks, ms. */
  readonly lookMs?: number
}

/** On a closed network nothing comes at all, and the start must not wait for long. */
const usualStallMs = 40_000

/** @returns whether the program ended well */
export async function downloadElectron(options: DownloadOptions): Promise<boolean> {
  const { program, onProgress, stallMs = usualStallMs, lookMs = 1_000 } = options
  // The download grows in a folder for temporary files: in one of its own, its size tells whether bytes come.
  const folder = await mkdtemp(join(tmpdir(), 'photoferry-electron-'))
  const env = { ...process.env, TMPDIR: folder, TEMP: folder, TMP: folder }
  const child = spawn(process.execPath, [program], { stdio: 'ignore', env })
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  // Ctrl-C would leave up to 110 MB there.
  const onInterrupt = () => {
    child.kill('SIGKILL')
    remove()
    process.exit(130)
  }
  process.once('SIGINT', onInterrupt)
  const ended = once(child, 'exit').then(
    ([code]) => code === 0,
    () => false,
  )
  let bytes = 0
  let grewAtMs = Date.now()
  const timer = setInterval(async () => {
    const now = (await sizeOf(folder)) + (await sizeOf(join(dirname(program), 'dist')))
    if (now > bytes) grewAtMs = Date.now()
    if (now > bytes) onProgress(`${formatBytes(now)} so far`)
    bytes = Math.max(bytes, now)
    if (Date.now() - grewAtMs > stallMs) child.kill('SIGKILL')
  }, lookMs)
  try {
    return await ended
  } finally {
    clearInterval(timer)
    process.off('SIGINT', onInterrupt)
    remove()
  }
}

/** Bytes of all files below; a file that goes meanwhile counts for nothing. */
async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  const sizes = await Promise.all(
    entries.map((entry) =>
      entry.isFile()
        ? stat(join(entry.parentPath, entry.name)).then(
            ({ size }) => size,
            () => 0,
          )
        : 0,
    ),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}
