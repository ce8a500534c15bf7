/** A button of the header that is an icon alone, with its label as tooltip and accessible name. */
import { Tooltip, UnstyledButton } from '@mantine/core'
import type { ComponentType } from 'react'
import styles from './icon-button.module.css'

interface IconButtonProps {
  readonly label: string
  readonly icon: ComponentType<{ readonly size: number }>
  readonly disabled?: boolean
  readonly onClick: () => void
}

export function IconButton({ label, icon: Icon, disabled = false, onClick }: IconButtonProps) {
  return (
    <Tooltip label={label}>
      <UnstyledButton className={styles.button} aria-label={label} disabled={disabled} onClick={onClick}>
        <Icon size={20} />
      </UnstyledButton>
    </Tooltip>
  )
}
