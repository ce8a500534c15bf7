/** A dialog of the window: takes the focus when it opens and gives it back to whoever opened it. */
import { Modal } from '@mantine/core'
import type { ReactNode } from 'react'
import { Alerts } from '../notices/alerts.tsx'
import { closeDialog, type OpenDialog, useView } from '../store/view-store.ts'
import { useText } from '../text/use-text.ts'
import styles from './app.module.css'
import { rescueFocus } from './rescue-focus.ts'

/** The end of the transition is told before the dialog has left the page. */
const untilUnmountedMs = 50

interface DialogProps {
  readonly name: NonNullable<OpenDialog>
  readonly title: string
  /** `wide` for those with a list of sections beside what they hold. */
  readonly size?: 'usual' | 'wide'
  /** Mounted anew whenever the dialog opens. */
  readonly children: ReactNode
}

export function Dialog({ name, title, size = 'usual', children }: DialogProps) {
  const t = useText()
  const opened = useView((view) => view.dialog === name)
  return (
    <Modal
      opened={opened}
      onClose={closeDialog}
      onExitTransitionEnd={() => setTimeout(rescueFocus, untilUnmountedMs)}
      transitionProps={{ duration: 120 }}
      size={size === 'wide' ? 880 : 'lg'}
      closeButtonProps={{ 'aria-label': t('app.closeDialog') }}
      title={title}
      // Its header is none of the page's landmarks.
      attributes={{ header: { role: 'presentation' } }}
    >
      <div className={styles.dialogMessages}>
        <Alerts />
      </div>
      {children}
    </Modal>
  )
}
