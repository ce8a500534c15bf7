/** Opens browser mode's page in a browser without the key in any program's arguments, which every user can read. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import open from 'open'

/** Browsers that are started cold may take so long to read the file, ms. */
const keptMs = 60_000

/** The file that leads to the page, until it is removed. */
export interface OpenedPage {
  remove(): Promise<void>
}

/**
 * Writes a file that only this user can read, opens it in a browser, and removes it a minute later.
 * @param url the page's address, with its key
 * @throws the system's error when the file can't be written
 */
export async function openPage(url: string): Promise<OpenedPage> {
  // 0700: others do not even see its name.
  const folder = await mkdtemp(join(tmpdir(), 'photoferry-'))
  const remove = () => rm(folder, { recursive: true, force: true })
  const timer = setTimeout(() => void remove().catch(() => undefined), keptMs).unref()
  const opened: OpenedPage = {
    remove: async () => {
      clearTimeout(timer)
      await remove()
    },
  }
  try {
    const file = join(folder, 'open-photoferry.html')
    await writeFile(file, redirectTo(url), { mode: 0o600, flag: 'wx' })
    await open(pathToFileURL(file).href)
  } catch (thrown) {
    await opened.remove()
    throw thrown
  }
  return opened
}

/** By a script, since a refresh would leave the file in the browser's history; and a link where scripts are off. */
function redirectTo(url: string): string {
  const address = JSON.stringify(url).replaceAll('<', '\\u003c')
  const link = url.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')
  return `<!doctype html>
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<title>PhotoFerry</title>
<script>location.replace(${address})</script>
<a href="${link}">PhotoFerry</a>
`
}
