/** A button of the toolbar above the files: an icon alone, with its words for pointers and screen readers. */
import type { ComponentType, Ref } from 'react'
import styles from '../features/files/list-toolbar.module.css'

interface ToolButtonProps {
  readonly label: string
  readonly icon: ComponentType<{ readonly size: number; readonly stroke: number }>
  readonly onClick?: () => void
  /** For a button that is either in or out. */
  readonly pressed?: boolean
  /** Something is set behind it that changes what is shown. */
  readonly marked?: boolean
  readonly disabled?: boolean
  readonly ref?: Ref<HTMLButtonElement>
}

/** What else a menu that it opens gives it is passed on, but for its look. */
export function ToolButton(props: ToolButtonProps) {
  const { label, icon: Icon, pressed, marked = false, disabled = false, ...rest } = props
  return (
    <button
      {...rest}
      type="button"
      className={styles.tool}
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
