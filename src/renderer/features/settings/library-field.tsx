/** The folder in which the server of this computer keeps photos. */
import { Button, TextInput } from '@mantine/core'
import { useBridge, useCommand } from '../../bridge/use-bridge.ts'
import { useApp } from '../../store/app-store.ts'
import { useText } from '../../text/use-text.ts'
import styles from './settings.module.css'
import type { SectionProps } from './use-settings-draft.ts'

export function LibraryField({ draft, errors, onChange }: SectionProps) {
  const t = useText()
  const run = useCommand()
  const { mode } = useBridge()
  const defaultDir = useApp((app) => app.info?.usualLibraryDir ?? '')
  const choose = async () => {
    const answer = await run('folders.choose', {})
    if (answer !== null && answer.path !== null) onChange({ libraryDir: answer.path }, 'libraryDir')
  }
  return (
    <>
      <p className={styles.lead}>{t('servers.bundledHint')}</p>
      <div className={styles.library}>
        <TextInput
          label={t('servers.library')}
          description={t('servers.libraryHint')}
          placeholder={defaultDir}
          value={draft.libraryDir}
          error={errors.get('libraryDir')}
          onChange={(event) => onChange({ libraryDir: event.currentTarget.value }, 'libraryDir')}
          spellCheck={false}
          autoComplete="off"
        />
        {mode === 'desktop' && (
          <Button variant="default" onClick={() => void choose()}>
            {t('servers.libraryChoose')}
          </Button>
        )}
      </div>
    </>
  )
}
