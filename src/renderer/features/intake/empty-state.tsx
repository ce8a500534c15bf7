/** The window while the list is empty: one large drop target that names the destination, with buttons for pickers. */
import { Button, Loader } from '@mantine/core'
import { IconPhotoPlus } from '@tabler/icons-react'
import { useLayoutEffect, useRef } from 'react'
import { useConnection } from '../../store/connection-store.ts'
import { useQueue } from '../../store/queue-store.ts'
import { serverName } from '../../text/server-name.ts'
import { useText } from '../../text/use-text.ts'
import { restoreFocus } from '../../ui/restore-focus.ts'
import styles from './intake.module.css'
import { useFilePicker } from './use-file-picker.ts'

export function EmptyState({ loading }: { readonly loading: boolean }) {
  const t = useText()
  const pick = useFilePicker()
  const box = useRestoredFocus()
  const phase = useConnection((connection) => connection.phase)
  if (loading) {
    return (
      <div className={styles.empty}>
        <Loader type="dots" />
        <p className={styles.lead}>{phase === 'connecting' ? t('offline.connecting') : t('empty.loading')}</p>
      </div>
    )
  }
  return (
    <div className={styles.empty} data-dashed ref={box}>
      <IconPhotoPlus size={72} stroke={1.2} className={styles.emptyIcon} aria-hidden="true" />
      <h2 className={styles.title}>{t('empty.title')}</h2>
      <Destination />
      <div className={styles.choices}>
        <Button size="md" onClick={() => void pick('folder')}>
          {t('empty.chooseFolder')}
        </Button>
        <Button size="md" variant="default" onClick={() => void pick('files')}>
          {t('empty.chooseFiles')}
        </Button>
      </div>
    </div>
  )
}

function Destination() {
  const t = useText()
  const server = useQueue((state) => state.overview?.server)
  const isBundled = server === undefined || server.bundled
  return (
    <p className={styles.lead}>
      {isBundled ? t('empty.leadBundled') : t('empty.lead', { server: serverName(server) })}
    </p>
  )
}

/** The buttons here disappear with the first file; the focus on one of them moves to a button that stays. */
function useRestoredFocus() {
  const box = useRef<HTMLDivElement>(null)
  useLayoutEffect(
    () => () => {
      if (box.current?.contains(document.activeElement)) setTimeout(restoreFocus)
    },
    [],
  )
  return box
}
