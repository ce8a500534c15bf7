/** Templates of names: text in which tokens stand in braces, such as `{YYYY}/{MM}-{DD} {batch}/{camera}_{seq:4}`. */

export const tokenNames = [
  'YYYY',
  'YY',
  'MM',
  'DD',
  'hh',
  'mm',
  'ss',
  'zone',
  'camera',
  'lens',
  'serial',
  'batch',
  'folder',
  'name',
  'seq',
  'rating',
] as const
export type TokenName = (typeof tokenNames)[number]

export type TemplatePart = string | { readonly token: TokenName; readonly width: number }

export type TemplateProblem =
  | { readonly kind: 'token-unknown'; readonly token: string }
  /** A brace that is not closed, or was never opened. */
  | { readonly kind: 'brace-alone' }
  /** `..`, an empty part, or a character that no system allows in a name. */
  | { readonly kind: 'text-invalid'; readonly text: string }
  /** Every file would get the same name. */
  | { readonly kind: 'always-same' }

const mostWidth = 9
/** What may differ from one file of a moment to the next. */
const telling: ReadonlySet<TokenName> = new Set(['name', 'seq', 'ss', 'mm', 'hh'])

/** @param template as a person typed it */
export function templateParts(
  template: string,
): { readonly parts: readonly TemplatePart[] } | { readonly problem: TemplateProblem } {
  const pieces = template.match(/\{[^{}]*\}|[^{}]+|[{}]/g) ?? []
  const parts: TemplatePart[] = []
  for (const piece of pieces) {
    if (piece === '{' || piece === '}') return { problem: { kind: 'brace-alone' } }
    if (!piece.startsWith('{')) {
      parts.push(piece)
      continue
    }
    const [, name = '', width = '0'] = /^\{(\w+)(?::(\d))?\}$/.exec(piece) ?? []
    const token = tokenNames.find((known) => known === name)
    const hasWidth = piece.includes(':')
    if (token === undefined || (hasWidth && token !== 'seq') || Number(width) > mostWidth)
      return { problem: { kind: 'token-unknown', token: piece } }
    parts.push({ token, width: Number(width) })
  }
  const problem = textProblem(template) ?? sameProblem(parts)
  return problem ? { problem } : { parts }
}

/** Of the text between the tokens: what is in a token is made legal when it is filled. */
function textProblem(template: string): TemplateProblem | null {
  const text = template.replace(/\{[^{}]*\}/g, 'x')
  const odd = /[\p{Cc}\p{Cf}\u2028\u2029<>:"\\|?*]/u.exec(text)
  if (odd) return { kind: 'text-invalid', text: odd[0] }
  const part = text.split('/').find((one) => one.trim() === '' || /^\.+$/.test(one.trim()))
  return part === undefined ? null : { kind: 'text-invalid', text: part === '' ? '//' : part }
}

function sameProblem(parts: readonly TemplatePart[]): TemplateProblem | null {
  const tells = parts.some((part) => typeof part !== 'string' && telling.has(part.token))
  return tells ? null : { kind: 'always-same' }
}
