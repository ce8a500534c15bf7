/** What a server is called in the window: the name from the settings, or else the host of its address. */
import type { ServerState } from '../../shared/feed.ts'
import type { Translate } from './use-text.ts'

/** @returns empty where neither is known */
export function serverName({ name, url }: { readonly name: string; readonly url: string | null }): string {
  if (name !== '' || url === null) return name
  return URL.canParse(url) ? new URL(url).host : url
}

/** As the place that photos go to: "this computer" for the server on it. */
export function serverPlace(server: Pick<ServerState, 'name' | 'url' | 'bundled'>, t: Translate): string {
  return server.bundled ? t('destination.bundled') : serverName(server)
}

/** As `serverName`, but the server on this computer is called what it is. */
export function serverHost(server: Pick<ServerState, 'name' | 'url' | 'bundled'>, t: Translate): string {
  return server.bundled ? t('statusBar.server.bundled') : serverName(server)
}
