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
  /** Shown before the label, softer: what the label is about. */
  readonly lead?: string
  /** Shown beside the label; not part of the accessible name. */
  readonly count?: string
  /** `primary` for what the window is there for, `quiet` without a border, `warn` for what changes more than one may expect. */
  readonly look?: 'primary' | 'quiet' | 'warn'
  /** Whether the label stays where the window is too narrow for all labels; `longest` in all but the narrowest. */
  readonly keepsLabel?: boolean | 'longest'
}

export function HeaderButton(props: HeaderButtonProps) {
  const { label, hint = label, title = hint, icon, lead, count, look, keepsLabel = false, ...button } = props
  return (
    <UnstyledButton
      {...button}
      className={styles.button}
      data-look={look}
      data-keeps-label={keepsLabel === false ? undefined : String(keepsLabel)}
      aria-label={hint}
      title={title}
    >
      {icon}
      {lead !== undefined && <span className={styles.lead}>{lead}</span>}
      <span className={styles.label}>{label}</span>
      {count !== undefined && <span className={styles.count} data-count={count} aria-hidden="true" />}
    </UnstyledButton>
  )
}
