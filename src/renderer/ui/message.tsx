/** A message: an icon, its text, an optional action and further content, and a button to dismiss it. */
import { CloseButton, UnstyledButton } from '@mantine/core'
import { IconAlertTriangle, IconCircleCheck, IconInfoCircle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { AlertAction } from '../store/alert-store.ts'
import { useText } from '../text/use-text.ts'
import styles from './message.module.css'

const icons = { error: IconAlertTriangle, notice: IconInfoCircle, info: IconCircleCheck }

interface MessageProps {
  readonly kind: keyof typeof icons
  /** Screen readers announce this at once. */
  readonly text: string
  readonly onDismiss: () => void
  /** Shown as a button below the text; pressing it also dismisses the message. */
  readonly action?: AlertAction | undefined
  readonly children?: ReactNode
}

export function Message({ kind, text, onDismiss, action, children }: MessageProps) {
  const t = useText()
  const Icon = icons[kind]
  return (
    <div className={styles.message} data-kind={kind}>
      <Icon size={20} className={styles.icon} aria-hidden="true" />
      <div className={styles.body}>
        <div role={kind === 'error' ? 'alert' : 'status'}>{text}</div>
        {action !== undefined && (
          <UnstyledButton
            className={styles.action}
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
