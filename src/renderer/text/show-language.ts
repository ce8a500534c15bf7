/** Switches the page to a language, for its words, for screen readers and for fonts; keeps it for the next start. */

import { i18n } from './i18n.ts'
import { type Language, languageFor, languages } from './languages.ts'

/** The settings come only once PhotoFerry is reached: until then the page speaks as it did last. */
const storageKey = 'photoferry.language'

export function showLanguage(wanted: 'auto' | Language): void {
  localStorage.setItem(storageKey, wanted)
  apply(wanted)
}

/** Before the first words are shown. */
export function showLastLanguage(): void {
  const kept = localStorage.getItem(storageKey)
  apply(languages.find((language) => language === kept) ?? 'auto')
}

function apply(wanted: 'auto' | Language): void {
  const language = languageFor(wanted, navigator.languages)
  document.documentElement.lang = language
  if (i18n.language !== language) void i18n.changeLanguage(language)
}
