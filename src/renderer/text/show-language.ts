/** Switches the page to a language: its text, and the language that screen readers and fonts go by. Remembers it for the next start. */
import { i18n } from './i18n.ts'
import { type Language, languageFor, languages } from './languages.ts'

/** The settings arrive only once PhotoFerry is reached; until then the page uses the last language. */
const storageKey = 'photoferry.language'

export function showLanguage(setting: 'auto' | Language): void {
  localStorage.setItem(storageKey, setting)
  apply(setting)
}

/** Must run before the first render. */
export function showLastLanguage(): void {
  const kept = localStorage.getItem(storageKey)
  apply(languages.find((language) => language === kept) ?? 'auto')
}

function apply(setting: 'auto' | Language): void {
  const language = languageFor(setting, navigator.languages)
  document.documentElement.lang = language
  if (i18n.language !== language) void i18n.changeLanguage(language)
}
