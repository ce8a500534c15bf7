/**
 * Where the files of a batch go at the server: a folder, names made from a template, and what happens when a name is taken.
 * Pure. What it makes is a legal path on every system; the server examines it all the same (S1, docs/promises.md).
 */
import { z } from 'zod'
import { extensionOf } from './file-kinds.ts'
import { type TemplatePart, type TemplateProblem, type TokenName, templateParts } from './name-template.ts'

/** Of a folder and of a template, characters. */
export const longestPattern = 300

export const destinationSchema = z.object({
  /** Below the library, parts joined by `/`; empty for the library itself. */
  folder: z.string().max(longestPattern).default(''),
  /** A path in which tokens such as `{YYYY}` stand, without the extension; null: folders and names stay as they are. */
  template: z.string().min(1).max(longestPattern).nullable().default(null),
  /**
   * What happens to a file whose name is taken there by other bytes: it is kept beside it under a number, or it is skipped,
   * and counts as not stored. Nothing is ever replaced.
   */
  taken: z.enum(['keep', 'skip']).default('keep'),
  /** Where a preset's copies go, so that they never stand between originals: into a folder of its name, or with it as a suffix. */
  copies: z.enum(['folder', 'suffix']).default('folder'),
  /** Small copies of all photos arrive before the originals, in a folder of their own below `previews`. */
  previews: z.boolean().default(false),
})
export type Destination = Readonly<z.infer<typeof destinationSchema>>

export const plainDestination: Destination = destinationSchema.parse({})

/** Why a destination can't be used. */
export type DestinationProblem = TemplateProblem | { readonly kind: 'folder-invalid'; readonly part: string }

/** What the first files would be called; none where the destination can't be used. */
export interface DestinationPreview {
  readonly problem: DestinationProblem | null
  readonly names: readonly { readonly from: string; readonly to: string }[]
}

/** Null where it can be used. */
export function destinationProblem({ folder, template }: Destination): DestinationProblem | null {
  const parts = folder === '' ? [] : folder.split('/')
  const odd = parts.find((part) => legalPart(part) !== part)
  if (odd !== undefined) return { kind: 'folder-invalid', part: odd }
  if (template === null) return null
  const parsed = templateParts(template)
  return 'problem' in parsed ? parsed.problem : null
}

/** What a name is made of; null for what nobody knows. */
export interface NamedFile {
  /** Inside the drop, parts joined by `/`: the first is the dropped folder. */
  readonly relativePath: string
  readonly batch: string
  /** By the camera's own clock, ISO 8601; with an offset where the camera knew it. Else when it was modified, by this computer's. */
  readonly takenAt: string
  readonly camera: string | null
  readonly lens: string | null
  readonly serial: string | null
  /** 0 to 5. */
  readonly rating: number | null
  /** From 1, in the order of the batch; files of one picture have the same. */
  readonly sequence: number
}

/**
 * The path of an original at the server: legal on every system, whatever the photo says of itself.
 * @throws Error for a destination that has a problem: look first
 */
export function pathFor({ folder, template }: Destination, file: NamedFile): string {
  const parsed = template === null ? null : templateParts(template)
  if (parsed !== null && 'problem' in parsed) throw new Error(`A template with a problem: ${template}`)
  const named =
    parsed === null ? file.relativePath : `${filled(parsed.parts, file)}${suffixOf(file.relativePath)}`
  const path = folder === '' ? named : `${folder}/${named}`
  // What stays as it is on disk is the server's business.
  return parsed === null ? path : path.split('/').map(legalPart).join('/')
}

/** Where a preset's copy goes in the place of its original. @param preset its name */
export function copyPath(path: string, preset: string, copies: Destination['copies']): string {
  const slash = path.lastIndexOf('/') + 1
  const [folder, name] = [path.slice(0, slash), path.slice(slash)]
  if (copies === 'folder') return `${folder}${legalPart(preset)}/${name}`
  const suffix = suffixOf(name)
  return `${folder}${legalPart(`${name.slice(0, name.length - suffix.length)}_${preset}${suffix}`)}`
}

/** As `path`, with a number before the extension: for a second file that the template gives the same name. */
export function numbered(path: string, number: number): string {
  const suffix = suffixOf(path)
  const stem = path.slice(0, path.length - suffix.length)
  return `${stem}-${number}${suffix}`
}

function filled(parts: readonly TemplatePart[], file: NamedFile): string {
  const text = parts
    .map((part) => (typeof part === 'string' ? part : textOf(part.token, part.width, file)))
    .join('')
  // A token may have been all of a part, and have nothing to say.
  const legal = text.split('/').flatMap((part) => (part.trim() === '' ? [] : [legalPart(part)]))
  return legal.length === 0 ? 'unnamed' : legal.join('/')
}

const unknown = 'unknown'

function textOf(token: TokenName, width: number, file: NamedFile): string {
  const { takenAt, relativePath } = file
  const inOne = (text: string | null) =>
    text === null || text.trim() === '' ? unknown : text.replaceAll('/', '_')
  switch (token) {
    case 'YYYY':
      return takenAt.slice(0, 4)
    case 'YY':
      return takenAt.slice(2, 4)
    case 'MM':
      return takenAt.slice(5, 7)
    case 'DD':
      return takenAt.slice(8, 10)
    case 'hh':
      return takenAt.slice(11, 13)
    case 'mm':
      return takenAt.slice(14, 16)
    case 'ss':
      return takenAt.slice(17, 19)
    case 'zone':
      return /([+-]\d\d):(\d\d)$/.exec(takenAt)?.slice(1).join('') ?? ''
    case 'camera':
      return inOne(file.camera)
    case 'lens':
      return inOne(file.lens)
    case 'serial':
      return inOne(file.serial)
    case 'batch':
      return inOne(file.batch)
    case 'folder':
      return relativePath.slice(0, Math.max(0, relativePath.lastIndexOf('/')))
    case 'name': {
      const name = relativePath.slice(relativePath.lastIndexOf('/') + 1)
      return name.slice(0, name.length - suffixOf(name).length)
    }
    case 'seq':
      return String(file.sequence).padStart(width, '0')
    case 'rating':
      return String(file.rating ?? 0)
  }
}

/** `.CR3`, as it is spelt; of a sidecar that keeps the photo's extension both: `.CR3.xmp`. Empty where there is none. */
export function suffixOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const last = extensionOf(name)
  if (last === '') return ''
  const rest = name.slice(0, -last.length - 1)
  const before = sidecars.has(last) ? extensionOf(rest) : ''
  return name.slice(before === '' ? rest.length : rest.length - before.length - 1)
}

const sidecars = new Set(['xmp', 'wav', 'thm', 'lrv', 'pp3', 'dop', 'aae'])

const reserved = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i

/** A name that every system can have: of one that is none, what is wrong with it is replaced. */
export function legalPart(text: string): string {
  const tame = text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029<>:"/\\|?*]/gu, '_')
    .replace(/^\s+|[\s.]+$/gu, '')
  const named = tame === '' || /^\.+$/.test(tame) ? '_' : tame
  return shortened(reserved.test(named) ? `_${named}` : named)
}

/** File systems hold 255 bytes; a number, and the ending of what is not finished, must fit beside it. */
const mostBytes = 200

const bytes = new TextEncoder()

/** A name that fits: it loses the end of its stem. */
function shortened(part: string): string {
  if (bytes.encode(part).length <= mostBytes) return part
  const suffix = suffixOf(part)
  const kept = bytes.encode(suffix).length > mostBytes / 2 ? '' : suffix
  let room = mostBytes - bytes.encode(kept).length
  let stem = ''
  for (const character of part.slice(0, part.length - kept.length)) {
    room -= bytes.encode(character).length
    if (room < 0) break
    stem += character
  }
  return stem.replace(/[\s.]+$/u, '') + kept
}
