/** Connects the watched folders with the list, the drives and the settings. */
import type { Feed } from '../feed/feed.ts'
import type { Connections } from './connections.ts'
import type { ClientOptions } from './options.ts'
import type { openProblems } from './stores.ts'
import type { WatchedFilesDeps } from './watched-files.ts'
import { WatchedFolders, type WatchedFoldersDeps } from './watched-folders.ts'

interface WatchSources
  extends Pick<WatchedFoldersDeps, 'drives' | 'volumes' | 'intake' | 'settings'>,
    Pick<WatchedFilesDeps, 'list' | 'drops' | 'itemDrives' | 'commands'> {
  readonly connections: Pick<Connections, 'serverIdOf'>
  readonly feed: Pick<Feed, 'overviewChanged'>
  readonly problems: ReturnType<typeof openProblems>
}

/** Events get lost where very much happens at once: a folder is read again so often, ms. */
const usualRereadMs = 60_000

/** Nothing is watched yet. */
export function watchFolders(options: ClientOptions, sources: WatchSources): WatchedFolders {
  const { list, drops, itemDrives, commands, connections, feed, problems } = sources
  const { drives, volumes, intake, settings } = sources
  const { stateDir, bundled, server, watchFolders: { rereadMs = usualRereadMs } = {} } = options
  return new WatchedFolders({
    ...{ options, drives, volumes, intake, settings, rereadMs },
    files: {
      ...{ list, drops, itemDrives, commands },
      goesTo: (batchId, plan) => server !== null || connections.serverIdOf(batchId) === plan.serverId,
    },
    ownFolders: ({ libraryDir }) => {
      const library = bundled && (libraryDir ?? bundled.libraryDir)
      return library ? [stateDir, library] : [stateDir]
    },
    onChange: () => feed.overviewChanged(),
    onProblem: problems.report,
  })
}
