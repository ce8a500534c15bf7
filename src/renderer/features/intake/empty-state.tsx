/** The window before the first drop: one large drop target, with buttons for those who rather choose. */
import { Button, Loader } from '@mantine/core'
import { IconPhotoPlus } from '@tabler/icons-react'
import { useLayoutEffect, useRef } from 'react'
import { useConnection } from '../../store/connection-store.ts'
import { useText } from '../../text/use-text.ts'
import { rescueFocus } from '../../ui/restore-focus.ts'
import styles from './intake.module.css'
import { usePick } from './use-file-picker.ts'

export function EmptyState({ loading }: { readonly loading: boolean }) {
  const t = useText()
  const pick = usePick()
  const box = useRescuedFocus()
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
      <p className={styles.lead}>{t('empty.lead')}</p>
      <div className={styles.choices}>
        <Button size="md" onClick={() => pick('folder')}>
          {t('empty.chooseFolder')}
        </Button>
        <Button size="md" variant="default" onClick={() => pick('files')}>
          {t('empty.chooseFiles')}
        </Button>
      </div>
    </div>
  )
}

/** The buttons here go away with the first files, and with them the focus that was on one. */
function useRescuedFocus() {
  const box = useRef<HTMLDivElement>(null)
  useLayoutEffect(
    () => () => {
      if (box.current?.contains(document.activeElement)) setTimeout(rescueFocus)
    },
    [],
  )
  return box
}
