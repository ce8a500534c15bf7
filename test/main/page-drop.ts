/** Drops onto a page: the page's own code sends them to a real host with a real client behind it. */
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { startBrowserServer } from '../../src/main/browser/browser-server.ts'
import { endlessPatience } from '../../src/main/client/client.ts'
import { IncompleteDropError, uploadDrop } from '../../src/renderer/features/intake/page-upload.ts'
import { useApp } from '../../src/renderer/store/app-store.ts'
import { setConnection } from '../../src/renderer/store/connection-store.ts'
import type { Bridge } from '../../src/shared/bridge.ts'
import { browserBridge } from '../../src/shared/browser-bridge.ts'
import type { SkipRules } from '../../src/shared/skip-rules.ts'
import { serve } from '../crossing/programs.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { openTestClient } from './a-client.ts'
import { connectPage, expectValue, sessionOf } from './browser/page-client.ts'

/** What lies in a dropped folder: bytes of a file, a folder, or a folder that the page can't read. */
export type Content = number | 'unreadable' | { readonly [name: string]: Content }

/** A page that is connected to a client of its own. */
export async function openPageScene(skipRules: SkipRules) {
  const folder = temporaryFolder()
  const stateDir = join(folder, 'state')
  const server = await serve(join(folder, 'data'))
  const open = () => openTestClient(stateDir, server, endlessPatience)
  const watched = await open()
  const { client } = watched
  await client.settings.change({ skipRules, reviewDrops: 'never' })
  const options = { client, rendererDir: stateDir, stateDir, version: '1', port: 0, report: () => undefined }
  const host = await startBrowserServer({ ...options, dropIdleMs: 100 })
  onTestFinished(() => host.close())
  const session = await sessionOf(host.url)
  const page = await connectPage(session)
  onTestFinished(() => page.socket.close())
  const authorization = `Bearer ${session.token}`
  const bridge = {
    invoke: async (name: string, input: unknown) => expectValue(await page.command(name, input)),
  }
  const connection: Parameters<typeof uploadDrop>[0] = {
    mode: 'browser',
    bridge: bridge as Bridge,
    tryNow: () => undefined,
    uploadFile: (dropId, path, file, index) =>
      fetch(session.origin + browserBridge.stagingUrl(dropId, path, file.lastModified, index), {
        method: 'PUT',
        body: file,
        headers: { authorization },
      }),
  }
  const before = [useApp.getState().settings] as const
  useApp.setState({ settings: client.settings.current })
  setConnection({ phase: 'online' })
  onTestFinished(() => {
    useApp.setState({ settings: before[0] })
    setConnection({ phase: 'connecting' })
  })
  /** @returns the error that names what did not arrive; null where all did */
  const drop = (content: { readonly [name: string]: Content }): Promise<IncompleteDropError | null> =>
    uploadDrop(connection, transferOf(content), () => undefined).then(
      () => null,
      (thrown) => {
        if (thrown instanceof IncompleteDropError) return thrown
        throw thrown
      },
    )
  return { watched, page, host, drop, reopen: open }
}

function transferOf(content: { readonly [name: string]: Content }): DataTransfer {
  const items = Object.entries(content).map(([name, inside]) => ({
    kind: 'file',
    webkitGetAsEntry: () => entryOf(name, inside),
  }))
  return { items } as unknown as DataTransfer
}

function entryOf(name: string, content: Content): unknown {
  if (typeof content === 'number') {
    const file = new File([Buffer.alloc(content, name)], name, { lastModified: 1_700_000_000_000 })
    return { isDirectory: false, name, file: (resolve: (file: File) => void) => resolve(file) }
  }
  return { isDirectory: true, name, createReader: () => readerOf(content) }
}

function readerOf(content: Exclude<Content, number>) {
  const pages =
    content === 'unreadable'
      ? []
      : [Object.entries(content).map(([name, inside]) => entryOf(name, inside)), []]
  return {
    readEntries: (resolve: (entries: unknown) => void, reject: (error: Error) => void) => {
      const next = pages.shift()
      if (next === undefined) reject(new Error('NotReadableError'))
      else resolve(next)
    },
  }
}
