/** The sections of the settings, and the section of each field. */
import {
  IconAdjustments,
  IconAppWindow,
  IconFolderSearch,
  IconGauge,
  IconListCheck,
  IconPalette,
  IconServer,
  IconUpload,
} from '@tabler/icons-react'
import type { ComponentType } from 'react'
import type { SettingsDraft } from './settings-draft.ts'
import type { FieldErrors } from './validate-draft.ts'

export const sectionIds = [
  'servers',
  'uploading',
  'checks',
  'watched',
  'bandwidth',
  'presets',
  'appearance',
  'general',
] as const
export type SectionId = (typeof sectionIds)[number]

export const sectionIcons: Readonly<Record<SectionId, ComponentType<{ readonly size: number }>>> = {
  servers: IconServer,
  uploading: IconUpload,
  checks: IconListCheck,
  watched: IconFolderSearch,
  bandwidth: IconGauge,
  presets: IconAdjustments,
  appearance: IconPalette,
  general: IconAppWindow,
}

/** First part of a field's name -> its section; all others belong to `uploading`. */
const sectionOfField: Readonly<Record<string, SectionId>> = {
  servers: 'servers',
  defaultServerId: 'servers',
  libraryDir: 'servers',
  skip: 'checks',
  reviewDrops: 'checks',
  cards: 'checks',
  limit: 'bandwidth',
  timetable: 'bandwidth',
  preset: 'presets',
  qualityPercent: 'presets',
  theme: 'appearance',
  language: 'appearance',
  receiptDir: 'general',
  startAtLogin: 'general',
  closeToTray: 'general',
  keepAwake: 'general',
  notifications: 'general',
  atQuit: 'general',
} satisfies Partial<Record<keyof SettingsDraft, SectionId>>

/** The sections that contain errors, in their order. */
export function sectionsWithErrors(errors: FieldErrors): readonly SectionId[] {
  return sectionsOf(errors.keys())
}

/** The sections of some fields, in their order. */
export function sectionsOf(fields: Iterable<string>): readonly SectionId[] {
  const found = new Set([...fields].map((field) => sectionOf(field)))
  return sectionIds.filter((id) => found.has(id))
}

function sectionOf(field: string): SectionId {
  const [first = ''] = field.split('.')
  return sectionOfField[first] ?? 'uploading'
}
