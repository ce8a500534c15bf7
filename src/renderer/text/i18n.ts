/**
 * The words of the window, in the language that is chosen now. Every key and its values are checked by the compiler.
 * Plain modules call `t` when their words are needed, never before; components get theirs from `useText`, which renders
 * them again in another language.
 */
import i18next from 'i18next'
import { english } from './en/catalog.ts'
import type { Language } from './languages.ts'
import { simplifiedChinese } from './zh-CN/catalog.ts'
import { errors } from './zh-CN/errors.ts'

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'window'
    resources: { window: typeof english; errors: typeof errors }
    /** A wrong key, or one whose values are not given, does not compile. */
    strictKeyChecks: true
    strictInterpolationChecks: true
  }
}

/** One instance for the page; all words are bundled, so nothing is ever awaited. */
export const i18n = i18next.createInstance()

void i18n.init({
  lng: 'en',
  fallbackLng: 'en',
  supportedLngs: ['en', 'zh-CN'] satisfies Language[],
  // What main says is English already: only other languages have sentences for it.
  resources: { en: { window: english }, 'zh-CN': { window: simplifiedChinese, errors } },
  ns: ['window', 'errors'],
  defaultNS: 'window',
  initAsync: false,
  // React escapes what it shows.
  interpolation: { escapeValue: false },
})

export const t = i18n.t

/** Whether the language says errors in sentences of its own; what main sends is English. */
export const hasErrorSentences = () => i18n.hasResourceBundle(i18n.language, 'errors')

/** The language of the words that `t` gives now. */
export const shownLanguage = () => i18n.language as Language
