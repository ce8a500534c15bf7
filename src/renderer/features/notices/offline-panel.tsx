/** Browser mode while PhotoFerry is away: what that means, when the next try comes, and a button for now. */
import { Button } from '@mantine/core'
import { IconPlugConnectedX } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { useBridge } from '../../bridge/use-bridge.ts'
import { useConnection } from '../../store/connection-store.ts'
import { useText } from '../../text/use-text.ts'
import styles from './notices.module.css'

/** @param large fills the window, where there is no list to show beneath */
export function OfflinePanel({ large = false }: { readonly large?: boolean }) {
  const t = useText()
  const { tryNow } = useBridge()
  const retryAtMs = useConnection((connection) =>
    connection.phase === 'offline' ? connection.retryAtMs : null,
  )
  return (
    <div className={styles.offline} data-large={large || undefined}>
      <IconPlugConnectedX
        size={large ? 64 : 30}
        stroke={large ? 1.3 : 2}
        className={styles.offlineIcon}
        aria-hidden="true"
      />
      <div className={styles.offlineWords} role="alert">
        <h2 className={styles.offlineTitle}>{t('offline.title')}</h2>
        <p className={styles.offlineLead}>{t('offline.lead')}</p>
      </div>
      <span className={styles.countdown}>
        <Countdown untilMs={retryAtMs} />
      </span>
      <Button variant="default" onClick={tryNow}>
        {t('offline.tryNow')}
      </Button>
    </div>
  )
}

function Countdown({ untilMs }: { readonly untilMs: number | null }) {
  const t = useText()
  const [nowMs, setNowMs] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), 500)
    return () => clearInterval(timer)
  }, [])
  const seconds = untilMs === null ? 0 : Math.ceil((untilMs - nowMs) / 1000)
  return seconds > 0 ? t('offline.nextTry', { seconds }) : t('offline.trying')
}
