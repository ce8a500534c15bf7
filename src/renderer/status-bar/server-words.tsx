/** Where the photos go and whether that server answers, in words and with a dot of three shapes. */
import { IconCircleCheck, IconCircleDashed, IconPlugConnectedX } from '@tabler/icons-react'
import type { ServerState } from '../../shared/feed.ts'
import { formatTime } from '../text/format.ts'
import { text } from '../text/text.ts'
import styles from './status-bar.module.css'

const words = text.statusBar.server
const icons = { reachable: IconCircleCheck, unknown: IconCircleDashed, unreachable: IconPlugConnectedX }

export function ServerWords({ server }: { readonly server: ServerState }) {
  const Icon = icons[server.reachability]
  return (
    <span
      className={styles.server}
      data-reachability={server.reachability}
      title={server.trouble?.error.message ?? server.url ?? undefined}
    >
      <Icon size={16} aria-hidden="true" className={styles.serverIcon} />
      <bdi className={styles.serverText}>{wordsFor(server)}</bdi>
    </span>
  )
}

function wordsFor({ url, bundled, reachability, trouble }: ServerState): string {
  if (url === null) return words.starting
  const host = bundled ? words.bundled : hostOf(url)
  if (reachability === 'unreachable') {
    return words.unreachable(host, formatTime(trouble?.sinceMs ?? Date.now()))
  }
  if (reachability === 'unknown') return words.checking
  return bundled ? words.bundled : words.reachable(host)
}

const hostOf = (url: string) => (URL.canParse(url) ? new URL(url).host : url)
