/** Skip rules: which files the person does not want to upload, by kind, extension or name. Every skipped file is on the list with its rule. */
import { z } from 'zod'
import { extensionOf, fileGroups, kindOf } from './file-kinds.ts'

const mostRules = 50

export const skipRulesSchema = z.object({
  groups: z.array(z.enum(fileGroups)).max(fileGroups.length).readonly().default([]),
  /** Lowercase, without the dot. */
  extensions: z
    .array(
      z
        .string()
        .trim()
        .toLowerCase()
        .transform((text) => text.replace(/^\*?\./, ''))
        .pipe(z.string().regex(/^[^./\\*?\s]{1,20}$/, 'expected an extension such as xmp')),
    )
    .max(mostRules)
    .readonly()
    .default([]),
  /** Of a file's or a folder's name, where `*` stands for any characters and `?` for one: `*_edited.*`, `Rejected`. */
  patterns: z
    .array(
      z
        .string()
        .trim()
        .min(1)
        .max(200)
        .regex(/^[^/\\]+$/, 'expected a name, without / or \\'),
    )
    .max(mostRules)
    .readonly()
    .default([]),
  /** Files without a byte in them. */
  empty: z.boolean().default(false),
})
export type SkipRules = Readonly<z.infer<typeof skipRulesSchema>>

export const noSkipRules: SkipRules = skipRulesSchema.parse({})

/** What either of them skips. */
export function bothRules(one: SkipRules, other: SkipRules): SkipRules {
  return {
    groups: [...new Set([...one.groups, ...other.groups])],
    extensions: [...new Set([...one.extensions, ...other.extensions])],
    patterns: [...new Set([...one.patterns, ...other.patterns])],
    empty: one.empty || other.empty,
  }
}

/** The rule that a file matched. */
export const skipReasonSchema = z.discriminatedUnion('by', [
  z.object({ by: z.literal('group'), group: z.enum(fileGroups) }),
  z.object({ by: z.literal('extension'), extension: z.string() }),
  z.object({ by: z.literal('pattern'), pattern: z.string() }),
  z.object({ by: z.literal('empty') }),
  /** Other bytes have its name at the server, and its batch keeps only one file of a name. */
  z.object({ by: z.literal('name-taken'), path: z.string() }),
  /** No preview can be made of it; the original is sent all the same, by an item of its own. */
  z.object({ by: z.literal('no-preview') }),
])
export type SkipReason = Readonly<z.infer<typeof skipReasonSchema>>

/** The rule in English, for the terminal and for receipts. */
export function skipReasonText(reason: SkipReason): string {
  switch (reason.by) {
    case 'group':
      return `your rule for ${reason.group} files`
    case 'extension':
      return `your rule for .${reason.extension} files`
    case 'pattern':
      return `your rule for names like ${reason.pattern}`
    case 'empty':
      return 'your rule for empty files'
    case 'name-taken':
      return `your rule for taken names: the server has another file at ${reason.path}`
    case 'no-preview':
      return 'its kind: no preview can be made of it'
  }
}

/** @returns null for a file that is not skipped */
export type Skip = (file: { readonly relativePath: string; readonly size: number }) => SkipReason | null

/** Builds the check once for many files. */
export function skipBy(rules: SkipRules): Skip {
  const patterns = rules.patterns.map((pattern) => ({ pattern, matches: matcherOf(pattern) }))
  return ({ relativePath, size }) => {
    const { group } = kindOf(relativePath)
    if (rules.groups.includes(group)) return { by: 'group', group }
    const extension = extensionOf(relativePath)
    if (rules.extensions.includes(extension)) return { by: 'extension', extension }
    const parts = relativePath.split('/')
    const found = patterns.find(({ matches }) => parts.some(matches))
    if (found !== undefined) return { by: 'pattern', pattern: found.pattern }
    return rules.empty && size === 0 ? { by: 'empty' } : null
  }
}

/**
 * Compares from left to right and goes back to the last `*` only, so that no pattern takes longer than its length times
 * the name's. Capitals and the Unicode form make no difference.
 */
function matcherOf(pattern: string): (name: string) => boolean {
  const wanted = [...folded(pattern)]
  return (name) => {
    const letters = [...folded(name)]
    let [at, place, star, starAt] = [0, 0, -1, 0]
    while (at < letters.length) {
      if (wanted[place] === '*') {
        star = place++
        starAt = at
      } else if (wanted[place] === '?' || wanted[place] === letters[at]) {
        place++
        at++
      } else if (star >= 0) {
        place = star + 1
        at = ++starAt
      } else return false
    }
    return wanted.slice(place).every((letter) => letter === '*')
  }
}

const folded = (text: string) => text.normalize('NFC').toLowerCase()
