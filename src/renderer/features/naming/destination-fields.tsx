/** The fields of a destination: a folder, names of a template with a live preview, what happens to a name that is taken, and whether previews come first. */
import { Input, SegmentedControl, Switch, TextInput, UnstyledButton } from '@mantine/core'
import { type Destination, type DestinationPreview, longestPattern } from '../../../shared/destination.ts'
import { tokenNames } from '../../../shared/name-template.ts'
import { useText } from '../../text/use-text.ts'
import { NamePreview } from './name-preview.tsx'
import styles from './naming.module.css'

/** What a template begins with: what most studios use. */
const usualTemplate = '{YYYY}/{MM}-{DD} {batch}/{name}'

interface DestinationFieldsProps extends TemplateFieldProps {
  /** Null before the first names are known. */
  readonly preview: DestinationPreview | null
}

export function DestinationFields({ draft, preview, onChange }: DestinationFieldsProps) {
  const t = useText()
  return (
    <>
      <TextInput
        label={t('naming.folder')}
        placeholder={t('naming.folderPlaceholder')}
        value={draft.folder}
        onChange={(event) => onChange({ folder: event.currentTarget.value })}
        maxLength={longestPattern}
        spellCheck={false}
        data-autofocus
      />
      <TemplateField draft={draft} onChange={onChange} />
      <NamePreview preview={preview} />
      <Choice
        label={t('naming.taken')}
        hint={t(`naming.takenHints.${draft.taken}`)}
        value={draft.taken}
        options={[
          ['keep', t('naming.takens.keep')],
          ['skip', t('naming.takens.skip')],
        ]}
        onChange={(taken) => onChange({ taken })}
      />
      <Choice
        label={t('naming.copies')}
        value={draft.copies}
        options={[
          ['folder', t('naming.copiesIn.folder')],
          ['suffix', t('naming.copiesIn.suffix')],
        ]}
        onChange={(copies) => onChange({ copies })}
      />
      <Switch
        label={t('naming.previews')}
        description={t('naming.previewsHint')}
        checked={draft.previews}
        onChange={(event) => onChange({ previews: event.currentTarget.checked })}
      />
    </>
  )
}

interface TemplateFieldProps {
  readonly draft: Destination
  readonly onChange: (part: Partial<Destination>) => void
}

function TemplateField({ draft: { template }, onChange }: TemplateFieldProps) {
  const t = useText()
  return (
    <>
      <Choice
        label={t('naming.names')}
        value={template === null ? 'kept' : 'made'}
        options={[
          ['kept', t('naming.namesKept')],
          ['made', t('naming.namesMade')],
        ]}
        onChange={(kind) => onChange({ template: kind === 'kept' ? null : usualTemplate })}
      />
      {template !== null && (
        <div className={styles.template}>
          <TextInput
            label={t('naming.template')}
            value={template}
            onChange={(event) => onChange({ template: event.currentTarget.value })}
            maxLength={longestPattern}
            spellCheck={false}
          />
          <div className={styles.tokens}>
            {tokenNames.map((name) => (
              <UnstyledButton
                key={name}
                className={styles.token}
                title={t(`naming.tokens.${name}`)}
                onClick={() => onChange({ template: `${template}{${name}}` })}
              >
                {`{${name}}`}
              </UnstyledButton>
            ))}
          </div>
        </div>
      )}
    </>
  )
}

interface ChoiceProps<Value extends string> {
  readonly label: string
  readonly hint?: string
  readonly value: Value
  readonly options: readonly (readonly [Value, string])[]
  readonly onChange: (value: Value) => void
}

function Choice<Value extends string>({ label, hint, value, options, onChange }: ChoiceProps<Value>) {
  return (
    <Input.Wrapper className={styles.choice} label={label} labelElement="div" description={hint}>
      <SegmentedControl
        mt={6}
        aria-label={label}
        value={value}
        onChange={onChange}
        data={options.map(([key, text]) => ({ value: key, label: text }))}
      />
    </Input.Wrapper>
  )
}
