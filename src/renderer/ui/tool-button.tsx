/** A toolbar button that is an icon alone, with its label as tooltip and accessible name. */
import type { ComponentType, Ref } from 'react'
import styles from './tool-button.module.css'

interface ToolButtonProps {
  readonly label: string
  readonly icon: ComponentType<{ readonly size: number; readonly stroke: number }>
  readonly onClick?: () => void
  /** Only for a toggle button. */
  readonly pressed?: boolean
  /** Highlights the button: a setting behind it changes what is shown. */
  readonly marked?: boolean
  readonly disabled?: boolean
  readonly ref?: Ref<HTMLButtonElement>
}

/** Further props are passed on: a menu needs them for the button that opens it. */
export function ToolButton(props: ToolButtonProps) {
  const { label, icon: Icon, pressed, marked = false, disabled = false, ...button } = props
  return (
    <button
      {...button}
      type="button"
      className={styles.button}
      aria-label={label}
      title={label}
      data-on={pressed || marked || undefined}
      disabled={disabled}
      aria-pressed={pressed}
    >
      <Icon size={18} stroke={1.6} />
    </button>
  )
}
