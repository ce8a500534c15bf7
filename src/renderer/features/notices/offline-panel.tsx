/** Browser mode while PhotoFerry cannot be reached, or was restarted: what that means, and what to do. */
import { Button } from '@mantine/core'
import { IconPlugConnectedX } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { useBridge } from '../../bridge/use-bridge.ts'
import { useConnection } from '../../store/connection-store.ts'
import { useText } from '../../text/use-text.ts'
import styles from './offline-panel.module.css'

/** @param large fills the window, where there is no list to show below */
export function OfflinePanel({ large = false }: { readonly large?: boolean }) {
  const t = useText()
  const restarted = useConnection(({ phase }) => phase === 'restarted')
  return (
    <div className={styles.panel} data-large={large || undefined}>
      <IconPlugConnectedX
        size={large ? 64 : 30}
        stroke={large ? 1.3 : 2}
        className={styles.icon}
        aria-hidden="true"
      />
      <div className={styles.text} role="alert">
        <h2 className={styles.title}>{restarted ? t('offline.restartedTitle') : t('offline.title')}</h2>
        <p className={styles.lead}>{restarted ? t('offline.restartedLead') : t('offline.lead')}</p>
      </div>
      {!restarted && <NextAttempt />}
    </div>
  )
}

/** When the next attempt is, and a button for one now. */
function NextAttempt() {
  const t = useText()
  const { tryNow } = useBridge()
  const retryAtMs = useConnection((connection) =>
    connection.phase === 'offline' ? connection.retryAtMs : null,
  )
  return (
    <>
      <span className={styles.countdown}>
        <Countdown untilMs={retryAtMs} />
      </span>
      <Button variant="default" onClick={tryNow}>
        {t('offline.tryNow')}
      </Button>
    </>
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
