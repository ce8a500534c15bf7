/** How many files and chunks are uploaded at once, how often a file is retried, how long it must stand still, how large it may be. */
import { NumberInput } from '@mantine/core'
import { useText } from '../../text/use-text.ts'
import styles from './settings.module.css'
import type { SectionProps } from './use-settings-draft.ts'
import { boundsOf } from './validate-draft.ts'

export function UploadSection({ draft, errors, onChange }: SectionProps) {
  const t = useText()
  return (
    <div className={styles.fields}>
      {(['parallelFiles', 'parallelChunks', 'maxRetries', 'stillSeconds'] as const).map((field) => (
        <NumberInput
          key={field}
          className={styles.number}
          label={t(`settings.${field}`)}
          description={t(`settings.${field}Hint`)}
          value={draft[field]}
          onChange={(value) => onChange({ [field]: value }, field)}
          error={errors.get(field)}
          {...boundsOf(field)}
          clampBehavior="none"
          allowDecimal={false}
        />
      ))}
      <NumberInput
        className={styles.number}
        label={t('settings.maxFileSize')}
        description={t('settings.maxFileSizeHint')}
        value={draft.maxMegabytes}
        onChange={(maxMegabytes) => onChange({ maxMegabytes }, 'maxMegabytes')}
        error={errors.get('maxMegabytes')}
        thousandSeparator=","
        hideControls
      />
    </div>
  )
}
