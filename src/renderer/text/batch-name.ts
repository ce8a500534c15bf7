/**
 * What a batch is called. Single files dropped onto a page have no folder to name their batch after, so it is called
 * `8 files`. The name is stored, so it is always in English; every window shows it in its own language.
 */

import { previewsSuffix } from '../../shared/batch.ts'
import { escapeControls } from '../../shared/protocol/escape-controls.ts'
import { i18n, t } from './i18n.ts'

/** The name that is stored for a batch of single files. */
export function storedBatchName(files: number): string {
  return i18n.getFixedT('en')('intake.batchName', { count: files })
}

/** @param name as stored: a folder's name, a file's name, or `8 files`; of previews followed by ` · previews` */
export function batchName(name: string): string {
  if (name.endsWith(previewsSuffix)) {
    return t('intake.previewsOf', { name: batchName(name.slice(0, -previewsSuffix.length)) })
  }
  const count = Number(/^(\d[\d,]*) files?$/.exec(name)?.[1]?.replaceAll(',', '') ?? Number.NaN)
  return Number.isNaN(count) ? escapeControls(name) : t('intake.batchName', { count })
}
