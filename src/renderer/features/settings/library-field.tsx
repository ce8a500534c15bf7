/** The folder in which the server of this computer keeps photos. */
import { useApp } from '../../store/app-store.ts'
import { useText } from '../../text/use-text.ts'
import { FolderInput } from './folder-input.tsx'
import styles from './settings.module.css'
import type { SectionProps } from './use-settings-draft.ts'

export function LibraryField({ draft, errors, onChange }: SectionProps) {
  const t = useText()
  const defaultDir = useApp((app) => app.info?.usualLibraryDir ?? '')
  return (
    <>
      <p className={styles.lead}>{t('servers.bundledHint')}</p>
      <FolderInput
        label={t('servers.library')}
        description={t('servers.libraryHint')}
        placeholder={defaultDir}
        value={draft.libraryDir}
        error={errors.get('libraryDir')}
        onChange={(libraryDir) => onChange({ libraryDir }, 'libraryDir')}
      />
    </>
  )
}
