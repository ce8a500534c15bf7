/** Gives a component its text, and renders it again when the language changes. */
import { useTranslation } from 'react-i18next'
import { i18n, type t } from './i18n.ts'

export type Translate = typeof t

const options = { i18n }

export function useText(): Translate {
  return useTranslation('window', options).t
}
