/** A button of the header: icon and label; in a narrow window the icon alone with the same accessible name. */
import { UnstyledButton } from '@mantine/core'
import type { ComponentProps, ReactNode } from 'react'
import styles from './header-button.module.css'

/** Further props of a button are passed on: a menu needs them for the button that opens it. */
interface HeaderButtonProps extends Omit<ComponentProps<'button'>, 'children' | 'className'> {
  readonly label: string
  /** The accessible name and tooltip, where the label alone does not say what the button does. */
  readonly hint?: string
  readonly icon: ReactNode
  /** Shown beside the label; not part of the accessible name. Empty: no badge now, but room for one. */
  readonly count?: string
  readonly primary?: boolean
  /** Whether the label stays where the window is too narrow for all labels. */
  readonly keepsLabel?: boolean
}

export function HeaderButton(props: HeaderButtonProps) {
  const { label, hint = label, icon, count, primary = false, keepsLabel = false, ...button } = props
  return (
    <UnstyledButton
      {...button}
      className={styles.button}
      data-primary={primary || undefined}
      data-keeps-label={keepsLabel || undefined}
      aria-label={hint}
      title={hint}
    >
      {icon}
      <span className={styles.label}>{label}</span>
      {count !== undefined && <span className={styles.count} data-count={count} aria-hidden="true" />}
    </UnstyledButton>
  )
}
