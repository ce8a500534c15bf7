/** The frame of every dialog: takes the focus when it opens, gives it back to whoever opened it, says what failed meanwhile. */
import { Modal } from '@mantine/core'
import type { ReactNode } from 'react'
import styles from '../app/app.module.css'
import { useText } from '../text/use-text.ts'
import { Alerts } from './alert-list.tsx'
import { rescueFocus } from './restore-focus.ts'

/** The end of the transition is told before the dialog has left the page. */
const untilUnmountedMs = 50

interface DialogFrameProps {
  readonly opened: boolean
  readonly onClose: () => void
  readonly title: string
  /** `wide` for those with a list of sections beside what they hold. */
  readonly size?: 'usual' | 'wide'
  /** False where a press beside it must not answer a question. */
  readonly closesByPressBeside?: boolean
  readonly children: ReactNode
}

export function DialogFrame(props: DialogFrameProps) {
  const { opened, onClose, title, size = 'usual', closesByPressBeside = true, children } = props
  const t = useText()
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      onExitTransitionEnd={() => setTimeout(rescueFocus, untilUnmountedMs)}
      transitionProps={{ duration: 120 }}
      size={size === 'wide' ? 880 : 'lg'}
      closeOnClickOutside={closesByPressBeside}
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
