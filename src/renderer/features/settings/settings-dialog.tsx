/** The settings: sections on the left, the fields of one section beside them, Save and Cancel always visible. */
import { Button, Tabs } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import type { ComponentType, FormEvent } from 'react'
import { useState } from 'react'
import { closeDialog, useView } from '../../store/view-store.ts'
import { type Translate, useText } from '../../text/use-text.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { AppearanceSection } from './appearance-section.tsx'
import { BandwidthSection } from './bandwidth-section.tsx'
import { ChecksSection } from './checks-section.tsx'
import { GeneralSection } from './general-section.tsx'
import { PresetSection } from './preset-section.tsx'
import type { ChangedElsewhere } from './rebase-draft.ts'
import { ServerSection } from './server-section.tsx'
import styles from './settings.module.css'
import {
  type SectionId,
  sectionIcons,
  sectionIds,
  sectionsOf,
  sectionsWithErrors,
} from './settings-sections.ts'
import { UploadSection } from './upload-section.tsx'
import { type SectionProps, useSettingsDraft } from './use-settings-draft.ts'
import { WatchedSection } from './watched-section.tsx'

const sections: Readonly<Record<SectionId, ComponentType<SectionProps>>> = {
  servers: ServerSection,
  uploading: UploadSection,
  checks: ChecksSection,
  watched: WatchedSection,
  bandwidth: BandwidthSection,
  presets: PresetSection,
  appearance: AppearanceSection,
  general: GeneralSection,
}

export function SettingsDialog() {
  const t = useText()
  return (
    <Dialog name="settings" title={t('settings.title')} size="wide">
      <SettingsForm />
    </Dialog>
  )
}

/** The section that the dialog was opened at. */
function openedAt(): SectionId {
  const asked = useView.getState().settingsSection
  return sectionIds.find((id) => id === asked) ?? 'servers'
}

function SettingsForm() {
  const t = useText()
  const { draft, errors, onChange, elsewhere, saving, save } = useSettingsDraft()
  const [section, setSection] = useState(openedAt)
  const faulty = sectionsWithErrors(errors)

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const [first] = sectionsWithErrors(await save())
    if (first !== undefined) setSection((now) => (faulty.includes(now) ? now : first))
  }
  return (
    <form className={styles.form} onSubmit={(event) => void submit(event)} noValidate>
      <SectionTabs section={section} faulty={faulty} onSection={setSection}>
        {sectionIds.map((id) => {
          const Section = sections[id]
          return (
            <Tabs.Panel key={id} value={id} className={styles.panel}>
              <Section draft={draft} errors={errors} onChange={onChange} />
            </Tabs.Panel>
          )
        })}
      </SectionTabs>
      <div className={styles.buttons}>
        <span className={styles.unsaved} role="status">
          {errors.size > 0 ? t('settings.unsaved') : elsewhereText(elsewhere, t)}
        </span>
        <Button variant="default" onClick={closeDialog}>
          {t('settings.cancel')}
        </Button>
        <Button type="submit" loading={saving}>
          {t('settings.save')}
        </Button>
      </div>
    </form>
  )
}

/** What another window changed meanwhile; empty where nothing was. */
function elsewhereText({ changed, contested }: ChangedElsewhere, t: Translate): string {
  const named = (fields: ReadonlySet<string>) =>
    sectionsOf(fields)
      .map((id) => t(`settings.sections.${id}`))
      .join(', ')
  if (contested.size > 0) return t('settings.contested', { sections: named(contested) })
  return changed.size > 0 ? t('settings.changedElsewhere', { sections: named(changed) }) : ''
}

interface SectionTabsProps {
  readonly section: SectionId
  readonly faulty: readonly SectionId[]
  readonly onSection: (section: SectionId) => void
  readonly children: React.ReactNode
}

function SectionTabs({ section, faulty, onSection, children }: SectionTabsProps) {
  const t = useText()
  const narrow = useMediaQuery('(max-width: 720px)') ?? false
  return (
    <Tabs
      className={styles.tabs}
      classNames={{ list: styles.nav ?? '', tab: styles.tab ?? '', tabLabel: styles.tabLabel ?? '' }}
      variant="pills"
      orientation={narrow ? 'horizontal' : 'vertical'}
      keepMounted={false}
      value={section}
      onChange={(id) => onSection(sectionIds.find((each) => each === id) ?? 'servers')}
    >
      <Tabs.List aria-label={t('settings.title')}>
        {sectionIds.map((id) => {
          const Icon = sectionIcons[id]
          const name = t(`settings.sections.${id}`)
          const isFaulty = faulty.includes(id)
          return (
            <Tabs.Tab
              key={id}
              value={id}
              leftSection={<Icon size={18} />}
              aria-label={isFaulty ? t('settings.sectionFaulty', { section: name }) : name}
              data-faulty={isFaulty || undefined}
              data-autofocus={id === section || undefined}
            >
              {name}
            </Tabs.Tab>
          )
        })}
      </Tabs.List>
      {children}
    </Tabs>
  )
}
