/** The server that new uploads go to, and whether it can be used: a text and an icon; pressed, it offers other ones. */
import { UnstyledButton } from '@mantine/core'
import { IconChevronUp, IconCircleCheck, IconCircleDashed, IconPlugConnectedX } from '@tabler/icons-react'
import type { ServerState } from '../../../shared/feed.ts'
import { errorText } from '../../text/error-text.ts'
import { formatTime } from '../../text/format.ts'
import { serverHost } from '../../text/server-name.ts'
import { type Translate, useText } from '../../text/use-text.ts'
import { DestinationMenu } from '../destination/destination-menu.tsx'
import { useDestination } from '../destination/use-destination.ts'
import styles from './status-bar.module.css'

const icons = { reachable: IconCircleCheck, unknown: IconCircleDashed, unreachable: IconPlugConnectedX }

export function ServerStatus({ server }: { readonly server: ServerState }) {
  const t = useText()
  const { place } = useDestination()
  const Icon = icons[server.reachability]
  return (
    <DestinationMenu
      position="top-end"
      target={
        <UnstyledButton
          className={styles.serverStatus}
          data-reachability={server.reachability}
          title={
            server.trouble === null ? t('destination.button', { place }) : errorText(server.trouble.error)
          }
        >
          <Icon size={16} aria-hidden="true" className={styles.serverIcon} />
          <bdi className={styles.serverText}>{statusText(server, t)}</bdi>
          <span className="pf-sr-only">{t('destination.button', { place })}</span>
          <IconChevronUp size={14} aria-hidden="true" className={styles.serverChevron} />
        </UnstyledButton>
      }
    />
  )
}

function statusText({ name, url, bundled, reachability, trouble }: ServerState, t: Translate): string {
  if (url === null) return t('statusBar.server.starting')
  const host = serverHost({ name, url, bundled }, t)
  if (reachability === 'unreachable') {
    return t('statusBar.server.unavailable', { host, since: formatTime(trouble?.sinceMs ?? Date.now()) })
  }
  if (reachability === 'unknown') return t('statusBar.server.checking')
  return bundled ? host : t('statusBar.server.reachable', { host })
}
