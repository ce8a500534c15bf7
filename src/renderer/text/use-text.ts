/** Gives a component its words, and renders it again when the language changes. */
import { useTranslation } from 'react-i18next'
import { i18n, type t } from './i18n.ts'

export type Words = typeof t

const options = { i18n }

export function useText(): Words {
  return useTranslation('window', options).t
}
