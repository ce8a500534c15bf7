/**
 * The window's text in the selected language. The compiler checks every key and its values.
 * Modules that are not components call `t` when they need the text, never earlier; components use `useText`, which renders
 * them again when the language changes.
 */
import i18next from 'i18next'
import { escapeControls } from '../../shared/protocol/escape-controls.ts'
import { english } from './en/catalog.ts'
import { isolateName } from './isolate-names.ts'
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

/** One instance for the page. All catalogs are bundled, so nothing is loaded later. */
export const i18n = i18next.createInstance()

void i18n.init({
  lng: 'en',
  fallbackLng: 'en',
  supportedLngs: ['en', 'zh-CN'] satisfies Language[],
  // Main reports errors in English, so only other languages need sentences for them.
  resources: { en: { window: english }, 'zh-CN': { window: simplifiedChinese, errors } },
  ns: ['window', 'errors'],
  defaultNS: 'window',
  initAsync: false,
  // Names may hold characters that reverse the text around them, or be written from right to left. React escapes what it renders.
  interpolation: { escape: (name: string) => isolateName(escapeControls(name)) },
})

export const t = i18n.t

/** Whether the language has its own sentences for errors; otherwise main's English ones are shown. */
export const hasErrorSentences = () => i18n.hasResourceBundle(i18n.language, 'errors')

/** The language of the text that `t` returns now. */
export const currentLanguage = () => i18n.language as Language
