/** Answers a question about a server: changes its entry in the settings, which connects to it anew. */
import { useCallback } from 'react'
import type { ServerProfile } from '../../../shared/servers.ts'
import { serverOf } from '../../../shared/settings.ts'
import { useCommand } from '../../bridge/use-bridge.ts'
import { useApp } from '../../store/app-store.ts'

export type ServerChange = Partial<Pick<ServerProfile, 'url' | 'token' | 'fingerprint'>>

/** @returns null for a server that is not in the settings, as one that the command line named */
export function useAnswer(serverId: string): ((change: ServerChange) => Promise<void>) | null {
  const run = useCommand()
  const isKnown = useApp(({ settings }) => Boolean(serverOf(settings, serverId)))
  const answer = useCallback(
    async (change: ServerChange) => {
      // Another window may have changed the list since this one read it.
      const settings = await run('settings.get', {})
      if (settings === null) return
      const servers = settings.servers.map((server) =>
        server.id === serverId ? { ...server, ...change } : server,
      )
      const changed = await run('settings.set', { servers })
      if (changed !== null) useApp.setState({ settings: changed })
    },
    [run, serverId],
  )
  return isKnown ? answer : null
}
