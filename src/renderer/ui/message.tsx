/** One message of the window: an icon, its words, perhaps more beneath, and a way to dismiss it. */
import { CloseButton, UnstyledButton } from '@mantine/core'
import { IconAlertTriangle, IconCircleCheck, IconInfoCircle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import styles from '../features/notices/notices.module.css'
import type { AlertAction } from '../store/alert-store.ts'
import { useText } from '../text/use-text.ts'

const icons = { error: IconAlertTriangle, notice: IconInfoCircle, info: IconCircleCheck }

interface MessageProps {
  readonly kind: keyof typeof icons
  /** The main line; what screen readers are told at once. */
  readonly words: string
  readonly onDismiss: () => void
  /** Its button stands below the words; pressed, the message goes. */
  readonly action?: AlertAction | undefined
  readonly children?: ReactNode
}

export function Message({ kind, words, onDismiss, action, children }: MessageProps) {
  const t = useText()
  const Icon = icons[kind]
  return (
    <div className={styles.message} data-kind={kind}>
      <Icon size={20} className={styles.icon} aria-hidden="true" />
      <div className={styles.body}>
        <div role={kind === 'error' ? 'alert' : 'status'}>{words}</div>
        {action !== undefined && (
          <UnstyledButton
            className={styles.messageAction}
            onClick={() => {
              onDismiss()
              action.run()
            }}
          >
            {action.label}
          </UnstyledButton>
        )}
        {children}
      </div>
      <CloseButton aria-label={t('alerts.dismiss')} onClick={onDismiss} />
    </div>
  )
}
