/** The words the window shows now. Components read words from here alone, so that another language is one more file. */
import { en } from './en.ts'

export const text = en
