/** A button of the header: icon and words, in a narrow window the icon alone under the same name. */
import { UnstyledButton } from '@mantine/core'
import type { ComponentProps, ReactNode } from 'react'
import styles from '../app/header.module.css'

/** A menu that it opens gives it what else a button may have. */
interface HeaderButtonProps extends Omit<ComponentProps<'button'>, 'children' | 'className'> {
  readonly label: string
  /** Its name where the words alone do not say what it does. */
  readonly hint?: string
  readonly icon: ReactNode
  /** Shown beside the words; no part of the button's name. */
  readonly count?: string
  readonly primary?: boolean
}

export function HeaderButton(props: HeaderButtonProps) {
  const { label, hint = label, icon, count, primary = false, ...button } = props
  return (
    <UnstyledButton
      {...button}
      className={styles.button}
      data-primary={primary || undefined}
      aria-label={hint}
      title={hint}
    >
      {icon}
      <span className={styles.buttonText}>{label}</span>
      {count !== undefined && <span className={styles.count} data-count={count} aria-hidden="true" />}
    </UnstyledButton>
  )
}
