/** A dialog that is opened by its name. */
import type { ReactNode } from 'react'
import { closeDialog, type OpenDialog, useView } from '../store/view-store.ts'
import { DialogFrame } from './dialog-frame.tsx'

interface DialogProps {
  readonly name: NonNullable<OpenDialog>
  readonly title: string
  /** `wide` for those with a list of sections beside what they hold. */
  readonly size?: 'usual' | 'wide'
  /** Mounted anew whenever the dialog opens. */
  readonly children: ReactNode
}

export function Dialog({ name, ...rest }: DialogProps) {
  const opened = useView((view) => view.dialog === name)
  return <DialogFrame opened={opened} onClose={closeDialog} {...rest} />
}
