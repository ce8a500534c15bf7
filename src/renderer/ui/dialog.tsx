/** A dialog that opens when the view store names it. */
import type { ReactNode } from 'react'
import { closeDialog, type OpenDialog, useView } from '../store/view-store.ts'
import { DialogFrame } from './dialog-frame.tsx'

interface DialogProps {
  readonly name: NonNullable<OpenDialog>
  readonly title: string
  /** `wide` for dialogs with two columns. */
  readonly size?: 'usual' | 'wide'
  /** Mounted again every time the dialog opens. */
  readonly children: ReactNode
}

export function Dialog({ name, ...rest }: DialogProps) {
  const opened = useView((view) => view.dialog === name)
  return <DialogFrame opened={opened} onClose={closeDialog} {...rest} />
}
