/** The sections of the settings, and which of them a field belongs to. */
import {
  IconAdjustments,
  IconAppWindow,
  IconGauge,
  IconListCheck,
  IconPalette,
  IconServer,
  IconUpload,
} from '@tabler/icons-react'
import type { ComponentType } from 'react'
import type { SettingsDraft } from './settings-draft.ts'
import type { FieldErrors } from './validate-draft.ts'

export const sectionIds = ['servers', 'uploading', 'checks', 'bandwidth', 'presets', 'look', 'app'] as const
export type SectionId = (typeof sectionIds)[number]

export const sectionIcons: Readonly<Record<SectionId, ComponentType<{ readonly size: number }>>> = {
  servers: IconServer,
  uploading: IconUpload,
  checks: IconListCheck,
  bandwidth: IconGauge,
  presets: IconAdjustments,
  look: IconPalette,
  app: IconAppWindow,
}

/** First part of a field's name -> its section. */
const sectionOfField: Readonly<Record<string, SectionId>> = {
  servers: 'servers',
  libraryDir: 'servers',
  skip: 'checks',
  limit: 'bandwidth',
  timetable: 'bandwidth',
  qualityPercent: 'presets',
} satisfies Partial<Record<keyof SettingsDraft, SectionId>>

/** In the order in which they are shown. */
export function faultySections(errors: FieldErrors): readonly SectionId[] {
  const faulty = new Set([...errors.keys()].map((field) => sectionOf(field)))
  return sectionIds.filter((id) => faulty.has(id))
}

function sectionOf(field: string): SectionId {
  const [first = ''] = field.split('.')
  return sectionOfField[first] ?? 'uploading'
}
