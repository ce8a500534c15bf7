/** The skip rules of `photoferry upload`: its flags, each checked as it is parsed. */
import { InvalidArgumentError } from 'commander'
import { type FileGroup, fileGroups } from '../../shared/file-kinds.ts'
import { noSkipRules, type SkipRules, skipRulesSchema } from '../../shared/skip-rules.ts'

/** The flags as commander names them. */
export interface SkipFlags {
  readonly skip?: readonly string[]
  readonly skipKind?: readonly FileGroup[]
  readonly skipExtension?: readonly string[]
  readonly skipEmpty?: boolean
}

export function skipRulesOf({ skip, skipKind, skipExtension, skipEmpty }: SkipFlags): SkipRules {
  return {
    patterns: skip ?? noSkipRules.patterns,
    groups: skipKind ?? noSkipRules.groups,
    extensions: skipExtension ?? noSkipRules.extensions,
    empty: skipEmpty ?? noSkipRules.empty,
  }
}

const { patterns, extensions } = skipRulesSchema.shape

/** @param before what the same flag gave earlier in the command line */
export function addPattern(text: string, before: readonly string[] = []): readonly string[] {
  const parsed = patterns.safeParse([...before, text])
  if (parsed.success) return parsed.data
  throw new InvalidArgumentError('Use up to 50 names without / or \\, such as "*_edited.*".')
}

/** @param before what the same flag gave earlier in the command line */
export function addExtension(text: string, before: readonly string[] = []): readonly string[] {
  const parsed = extensions.safeParse([...before, text])
  if (parsed.success) return parsed.data
  throw new InvalidArgumentError('Use up to 50 extensions such as xmp.')
}

/** @param before what the same flag gave earlier in the command line */
export function addKind(text: string, before: readonly FileGroup[] = []): readonly FileGroup[] {
  const kind = fileGroups.find((group) => group === text.toLowerCase())
  if (kind !== undefined) return [...new Set([...before, kind])]
  throw new InvalidArgumentError(`Use one of: ${fileGroups.join(', ')}.`)
}
