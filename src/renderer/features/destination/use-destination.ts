/** Where new photos go, in words, and changing it. */
import type { ServerState } from '../../../shared/feed.ts'
import { bundledServerId } from '../../../shared/servers.ts'
import { useCommand } from '../../bridge/use-bridge.ts'
import { showAlert } from '../../store/alert-store.ts'
import { useApp } from '../../store/app-store.ts'
import { useQueue } from '../../store/queue-store.ts'
import { homePath } from '../../text/path-text.ts'
import { serverName } from '../../text/server-name.ts'
import { useText } from '../../text/use-text.ts'

export interface Destination {
  /** Undefined before it is known. */
  readonly server: ServerState | undefined
  /** The server's name; for the one of this computer, with the folder. Empty before it is known. */
  readonly place: string
}

export function useDestination(): Destination {
  const t = useText()
  const server = useQueue((state) => state.overview?.server)
  const folder = useLibraryFolder()
  if (server === undefined) return { server, place: '' }
  if (!server.bundled) return { server, place: serverName(server) }
  return {
    server,
    place: folder === '' ? t('destination.bundled') : t('destination.bundledFolder', { folder }),
  }
}

/** The folder in which the server of this computer keeps photos; empty before it is known. */
function useLibraryFolder(): string {
  const chosen = useApp((app) => app.settings.libraryDir)
  const info = useApp((app) => app.info)
  const folder = chosen ?? info?.usualLibraryDir ?? ''
  return homePath(folder, info?.homeDir ?? '')
}

/** The servers that new photos can go to, and the one that they do go to. */
export function useServerChoice() {
  const t = useText()
  const run = useCommand()
  const servers = useApp((app) => app.settings.servers)
  const selected = useApp((app) => app.settings.defaultServerId)
  const choices = [{ id: bundledServerId, name: t('servers.bundled') }, ...servers]
  const select = async (id: string) => {
    const name = choices.find((choice) => choice.id === id)?.name
    const saved = id === selected ? null : await run('settings.set', { defaultServerId: id })
    if (saved === null || name === undefined) return
    useApp.setState({ settings: saved })
    showAlert('info', t('destination.changed', { place: name }))
  }
  return { choices, selected, select }
}
