/** Asks before files that are not stored are canceled or removed. Escape, and Enter at first, change nothing. */
import { Button } from '@mantine/core'
import { answerConfirmation, useConfirmation } from '../../store/confirmation-store.ts'
import { DialogFrame } from '../../ui/dialog-frame.tsx'
import styles from './confirmation.module.css'

export function ConfirmationDialog() {
  const opened = useConfirmation((confirmation) => confirmation.opened)
  const question = useConfirmation((confirmation) => confirmation.question)
  return (
    <DialogFrame opened={opened} onClose={() => answerConfirmation(false)} title={question?.title ?? ''}>
      <p className={styles.lead}>{question?.lead}</p>
      <div className={styles.buttons}>
        <Button variant="default" data-autofocus onClick={() => answerConfirmation(false)}>
          {question?.no}
        </Button>
        <Button color="red" onClick={() => answerConfirmation(true)}>
          {question?.yes}
        </Button>
      </div>
    </DialogFrame>
  )
}
