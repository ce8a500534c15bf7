/** Where the photos go and whether that server answers, in words and with a dot of three shapes. */
import { IconCircleCheck, IconCircleDashed, IconPlugConnectedX } from '@tabler/icons-react'
import type { ServerState } from '../../../shared/feed.ts'
import { errorWords } from '../../text/error-text.ts'
import { formatTime } from '../../text/format.ts'
import { useText, type Words } from '../../text/use-text.ts'
import styles from './status-bar.module.css'

const icons = { reachable: IconCircleCheck, unknown: IconCircleDashed, unreachable: IconPlugConnectedX }

export function ServerWords({ server }: { readonly server: ServerState }) {
  const t = useText()
  const Icon = icons[server.reachability]
  return (
    <span
      className={styles.serverWords}
      data-reachability={server.reachability}
      title={server.trouble === null ? (server.url ?? undefined) : errorWords(server.trouble.error)}
    >
      <Icon size={16} aria-hidden="true" className={styles.serverIcon} />
      <bdi className={styles.serverText}>{wordsFor(server, t)}</bdi>
    </span>
  )
}

function wordsFor({ name, url, bundled, reachability, trouble }: ServerState, t: Words): string {
  if (url === null) return t('statusBar.server.starting')
  const host = bundled ? t('statusBar.server.bundled') : name === '' ? hostOf(url) : name
  if (reachability === 'unreachable') {
    return t('statusBar.server.unreachable', { host, since: formatTime(trouble?.sinceMs ?? Date.now()) })
  }
  if (reachability === 'unknown') return t('statusBar.server.checking')
  return bundled ? host : t('statusBar.server.reachable', { host })
}

const hostOf = (url: string) => (URL.canParse(url) ? new URL(url).host : url)
