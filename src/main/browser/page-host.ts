/** What browser mode can do for one page; the commands of the desktop's own answer that they are not for it. */
import { UploadError } from '../../shared/protocol/errors.ts'
import type { Host } from '../client/commands.ts'
import { listFolder } from './folder-list.ts'
import type { StagedDrops } from './inbox-drops.ts'

/**
 * @param isPageThere whether this page is still connected
 * @param version PhotoFerry's own
 */
export function createPageHost(drops: StagedDrops, isPageThere: () => boolean, version: string): Host {
  const info: Host['info'] = {
    mode: 'browser',
    version,
    platform: process.platform,
    canShowInFolder: false,
    canStartAtLogin: false,
  }
  return {
    info,
    listFolder,
    beginStaging: (name, earlierId, choice) => drops.begin(name, isPageThere, earlierId, choice),
    finishStaging: (dropId) => drops.finish(dropId),
    pick: () => refuse('the page lists folders with folders.list'),
    showInFolder: () => refuse('there is no file manager to show it in'),
    chooseFolder: () => refuse('the page lists folders with folders.list'),
    saveFile: () => refuse('the page fetches receipts and its browser keeps them'),
    // A page may open tabs; the machine that PhotoFerry runs on may have no browser.
    open: async (url) => url,
  }
}

function refuse(reason: string): Promise<never> {
  return Promise.reject(new UploadError('bad-request', `Not in browser mode: ${reason}.`))
}
