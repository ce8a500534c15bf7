/** A folder of this computer: typed, or chosen where the system can ask for one. */
import { Button, TextInput } from '@mantine/core'
import { useBridge, useCommand } from '../../bridge/use-bridge.ts'
import { useText } from '../../text/use-text.ts'
import styles from './settings.module.css'

interface FolderInputProps {
  readonly label: string
  readonly description?: string
  /** Shown while nothing is typed. */
  readonly placeholder?: string
  /** Absolute path. */
  readonly value: string
  readonly error: string | undefined
  readonly onChange: (path: string) => void
}

export function FolderInput({ onChange, ...field }: FolderInputProps) {
  const t = useText()
  const run = useCommand()
  const { mode } = useBridge()
  const choose = async () => {
    const answer = await run('folders.choose', {})
    if (answer !== null && answer.path !== null) onChange(answer.path)
  }
  return (
    <div className={styles.library}>
      <TextInput
        {...field}
        onChange={(event) => onChange(event.currentTarget.value)}
        spellCheck={false}
        autoComplete="off"
      />
      {mode === 'desktop' && (
        <Button variant="default" onClick={() => void choose()}>
          {t('servers.libraryChoose')}
        </Button>
      )}
    </div>
  )
}
