/**
 * What a batch is called. A batch of single files has no folder to be named after, so main and the page both call it
 * `8 files`, in English because names are stored; the window shows that name in its own language.
 */
import { i18n, t } from './i18n.ts'

/** The name that is stored for a batch of single files. */
export function storedBatchName(files: number): string {
  return i18n.getFixedT('en')('intake.batchName', { count: files })
}

/** @param name as stored: a folder's name, a file's name, or `8 files` */
export function batchName(name: string): string {
  const count = Number(/^(\d[\d,]*) files?$/.exec(name)?.[1]?.replaceAll(',', '') ?? Number.NaN)
  return Number.isNaN(count) ? name : t('intake.batchName', { count })
}
