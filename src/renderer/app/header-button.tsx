/** A button of the header: icon and words, in a narrow window the icon alone under the same name. */
import { UnstyledButton } from '@mantine/core'
import type { ReactNode } from 'react'
import styles from './header.module.css'

interface HeaderButtonProps {
  readonly id?: string
  readonly label: string
  readonly icon: ReactNode
  readonly disabled: boolean
  readonly onClick: () => void
  /** Shown beside the words; no part of the button's name. */
  readonly count?: string
  readonly primary?: boolean
}

export function HeaderButton(props: HeaderButtonProps) {
  const { id, label, icon, disabled, onClick, count, primary = false } = props
  return (
    <UnstyledButton
      id={id}
      className={styles.button}
      data-primary={primary || undefined}
      aria-label={label}
      title={label}
      disabled={disabled}
      onClick={onClick}
    >
      {icon}
      <span className={styles.buttonText}>{label}</span>
      {count !== undefined && <span className={styles.count} data-count={count} aria-hidden="true" />}
    </UnstyledButton>
  )
}
