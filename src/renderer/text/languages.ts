/**
 * The languages of the window, and the choice between them.
 *
 * [Note: a new language] changes together: this file; a folder with its catalog beside `en/` and `zh-CN/`, loaded in
 * i18n.ts; `language` in src/shared/settings.ts; the desktop's own texts in src/main/desktop/desktop-text.ts.
 */

/** BCP 47. */
export const languages = ['en', 'zh-CN'] as const
export type Language = (typeof languages)[number]

/** What each language calls itself; the same in every language. */
export const languageNames: Readonly<Record<Language, string>> = { en: 'English', 'zh-CN': '简体中文' }

/** The locale for numbers, dates and times. */
export const localeOf: Readonly<Record<Language, string>> = { en: 'en-GB', 'zh-CN': 'zh-CN' }

/**
 * @param setting `auto` picks the first of the system's languages that the window has, else English
 * @param preferred BCP 47 tags, best first, as in `navigator.languages`
 */
export function languageFor(setting: 'auto' | Language, preferred: readonly string[]): Language {
  if (setting !== 'auto') return setting
  for (const tag of preferred) {
    const [primary] = tag.toLowerCase().split('-')
    if (primary === 'en') return 'en'
    if (primary === 'zh') return 'zh-CN'
  }
  return 'en'
}
