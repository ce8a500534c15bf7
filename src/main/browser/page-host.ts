/** What browser mode offers one page: folder lists and drops. Refuses the commands that only the desktop has. */
import { UploadError } from '../../shared/protocol/errors.ts'
import type { Host } from '../client/commands.ts'
import { listFolder } from './folder-list.ts'
import type { InboxDrops } from './inbox-drops.ts'

/**
 * @param isPageConnected whether this page is still connected
 * @param version PhotoFerry's own
 */
export function createPageHost(drops: InboxDrops, isPageConnected: () => boolean, version: string): Host {
  const info: Host['info'] = {
    mode: 'browser',
    version,
    platform: process.platform,
    canShowInFolder: false,
    sealsTokens: false,
  }
  return {
    info,
    listFolder,
    beginStaging: (drop) => drops.begin(drop, isPageConnected),
    skipStaged: (dropId, files) => drops.find(dropId).skip(files),
    finishStaging: (dropId) => drops.finish(dropId),
    pick: () => refuse('use folders.list'),
    showInFolder: () => refuse('there is no file manager'),
    chooseFolder: () => refuse('use folders.list'),
    saveFile: () => refuse('the page downloads receipts'),
    // The page opens a tab itself: the machine that PhotoFerry runs on may have no browser.
    open: async (url) => url,
  }
}

function refuse(reason: string): Promise<never> {
  return Promise.reject(new UploadError('bad-request', `Not available in browser mode: ${reason}.`))
}
