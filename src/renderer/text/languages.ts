/** The languages of the window, and which of them a person reads. Pure. */

/** BCP 47. */
export const languages = ['en', 'zh-CN'] as const
export type Language = (typeof languages)[number]

/** What each language calls itself, whatever is shown around it. */
export const languageNames: Readonly<Record<Language, string>> = { en: 'English', 'zh-CN': '简体中文' }

/** Numbers, dates and times are written as here. */
export const localeOf: Readonly<Record<Language, string>> = { en: 'en-GB', 'zh-CN': 'zh-CN' }

/**
 * @param wanted as set; `auto` takes the first language of the system that the window speaks
 * @param preferred BCP 47, the most liked first, as `navigator.languages` lists them
 */
export function languageFor(wanted: 'auto' | Language, preferred: readonly string[]): Language {
  if (wanted !== 'auto') return wanted
  for (const tag of preferred) {
    const [primary] = tag.toLowerCase().split('-')
    if (primary === 'en') return 'en'
    if (primary === 'zh') return 'zh-CN'
  }
  return 'en'
}
