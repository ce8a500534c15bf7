/** The frame of every dialog: takes the focus when it opens, returns it when it closes, and shows alerts while it is open. */
import { Modal } from '@mantine/core'
import type { ReactNode } from 'react'
import { useText } from '../text/use-text.ts'
import { AlertList } from './alert-list.tsx'
import styles from './dialog.module.css'
import { restoreFocus } from './restore-focus.ts'

/** The transition ends slightly before the dialog is removed from the page. */
const untilUnmountedMs = 50

interface DialogFrameProps {
  readonly opened: boolean
  readonly onClose: () => void
  readonly title: string
  /** `wide` for dialogs with two columns. */
  readonly size?: 'usual' | 'wide'
  /** False where a click outside must not count as an answer. */
  readonly closesOnClickOutside?: boolean
  readonly children: ReactNode
}

export function DialogFrame(props: DialogFrameProps) {
  const { opened, onClose, title, size = 'usual', closesOnClickOutside = true, children } = props
  const t = useText()
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      onExitTransitionEnd={() => setTimeout(restoreFocus, untilUnmountedMs)}
      transitionProps={{ duration: 120 }}
      size={size === 'wide' ? 880 : 'lg'}
      closeOnClickOutside={closesOnClickOutside}
      closeButtonProps={{ 'aria-label': t('app.closeDialog') }}
      title={title}
      classNames={{ title: styles.title ?? '' }}
      // A dialog's header is not one of the page's landmarks.
      attributes={{ header: { role: 'presentation' } }}
    >
      <div className={styles.alerts}>
        <AlertList />
      </div>
      {children}
    </Modal>
  )
}
