/** A button of the header: icon and words, in a narrow window the icon alone under the same name. */
import { UnstyledButton } from '@mantine/core'
import type { ReactNode } from 'react'
import styles from './header.module.css'

interface HeaderButtonProps {
  readonly label: string
  readonly icon: ReactNode
  readonly disabled: boolean
  readonly onClick: () => void
  /** Shown beside the words; no part of the button's name. */
  readonly count?: string
  readonly primary?: boolean
}

export function HeaderButton({ label, icon, disabled, onClick, count, primary = false }: HeaderButtonProps) {
  return (
    <UnstyledButton
      className={styles.button}
      data-primary={primary || undefined}
      aria-label={label}
      title={label}
      disabled={disabled}
      onClick={onClick}
    >
      {icon}
      <span className={styles.buttonText}>{label}</span>
      {count !== undefined && (
        <span className={styles.count} aria-hidden="true">
          {count}
        </span>
      )}
    </UnstyledButton>
  )
}
