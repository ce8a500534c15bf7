/**
 * What becomes of each kind of photo under each preset: the table in docs/photo-kinds.md. As a program, `node
 * test/fidelity/kinds-table.ts`, it writes the table again.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { ImagePool } from '../../src/main/images/convert/image-pool.ts'
import { stampSource } from '../../src/main/intake/source-file.ts'
import { PayloadStore } from '../../src/main/pipeline/payload-store.ts'
import { preparationOf } from '../../src/main/pipeline/prepare.ts'
import { imageWorkerEntry } from '../../src/main/program-files.ts'
import { type Preset, presets } from '../../src/shared/presets.ts'
import { anItem } from '../main/an-item.ts'
import { meanDifference, mostDifference } from '../main/images/mean-difference.ts'
import { type Outcome, type PhotoKind, photoKinds } from './photo-kinds.ts'

const document = fileURLToPath(new URL('../../docs/photo-kinds.md', import.meta.url))

/** The presets that come with PhotoFerry, and one whose copies tell no place. */
const tried: Readonly<Record<string, Preset>> = {
  ...Object.fromEntries(Object.entries(presets).flatMap(([id, preset]) => (preset ? [[id, preset]] : []))),
  'no location': { ...(presets['web-gallery'] as Preset), keepLocation: false },
}

export interface Row {
  readonly title: string
  readonly expected: Pick<PhotoKind, 'becomes' | 'asJpeg'> | null
  /** Preset -> what came of it. */
  readonly found: ReadonlyMap<string, Found>
}

export interface Found {
  readonly format: string
  readonly outcome: Outcome
  /** What is wrong with the copy; empty if nothing is. */
  readonly faults: readonly string[]
}

/** Prepares files under every preset, and looks at each copy. */
export class KindTrial {
  readonly #folder: string
  readonly #pool = new ImagePool(
    { entry: imageWorkerEntry, nodePath: process.execPath },
    { processes: 2, idleMs: 60_000 },
  )

  /** @param folder for files; absolute */
  constructor(folder: string) {
    this.#folder = folder
  }

  async row(title: string, file: string, bytes: Buffer, expected: Row['expected']): Promise<Row> {
    const path = join(this.#folder, file)
    writeFileSync(path, bytes)
    const found = await Promise.all(
      Object.entries(tried).map(
        async ([name, preset]) => [name, await this.#prepare(path, file, name, preset)] as const,
      ),
    )
    if (!readFileSync(path).equals(bytes)) throw new Error(`${file} was changed`)
    return { title, expected, found: new Map(found) }
  }

  close(): Promise<void> {
    return this.#pool.close()
  }

  async #prepare(sourcePath: string, relativePath: string, name: string, preset: Preset): Promise<Found> {
    const ref = { sourcePath, relativePath }
    const item = anItem({ id: relativePath, ...ref, ...(await stampSource(ref)) })
    const payloads = new PayloadStore(join(this.#folder, `under ${name}`))
    const tools = { imagePool: this.#pool, payloads }
    const { note, payload } = await preparationOf(item, preset, new AbortController().signal, tools)
    const { format } = preset
    if (note.kind === 'original-kept') return { format, outcome: { original: note.reason }, faults: [] }
    const outcome = note.leftOut?.length ? { without: note.leftOut } : ('copy' as const)
    const faults = payload ? await faultsOf(sourcePath, payload.path, preset) : ['there is no copy']
    return { format, outcome, faults }
  }
}

/** Looks at a copy by itself, not as the conversion does. */
async function faultsOf(sourcePath: string, targetPath: string, preset: Preset): Promise<string[]> {
  const { width, height, format, orientation = 1, pages = 1 } = await sharp(targetPath).metadata()
  const sourceFormat = /\.(?:heic|hif)$/.test(sourcePath)
    ? 'heic'
    : /\.jpg$/.test(sourcePath)
      ? 'jpeg'
      : 'png'
  const difference = await meanDifference({ sourcePath, targetPath, sourceFormat })
  const expectedFormat = preset.format === 'avif' ? 'heif' : preset.format
  return [
    ...(format === expectedFormat ? [] : [`it is ${format}`]),
    ...(Math.max(width, height) <= (preset.longEdge ?? Number.POSITIVE_INFINITY) ? [] : ['it is too large']),
    ...(orientation === 1 && pages === 1 ? [] : ['it is turned, or several pictures']),
    ...(difference <= mostDifference ? [] : [`it is off by ${difference.toFixed(1)} of 255`]),
  ]
}

/** What is wrong with a row, in words. */
export function wrongsOf({ title, expected, found }: Row): string[] {
  return [...found].flatMap(([preset, { format, outcome, faults }]) => {
    const wanted = format === 'jpeg' ? (expected?.asJpeg ?? expected?.becomes) : expected?.becomes
    const isWanted = wanted === undefined || JSON.stringify(outcome) === JSON.stringify(wanted)
    const asked = isWanted ? [] : [`${words(outcome)} instead of ${wanted ? words(wanted) : ''}`]
    return [...asked, ...faults].map((fault) => `${title} under ${preset}: ${fault}`)
  })
}

/** As the table says them. */
const reasons: Readonly<Record<string, string>> = {
  raw: 'RAW',
  video: 'video',
  'no-photo': 'not converted',
  mislabelled: 'not what its name says',
  'would-be-larger': 'a copy would be larger',
  damaged: 'damaged',
  hdr: 'HDR',
  'several-images': 'several images',
  'unusual-pixels': 'unusual colours or depth',
  'has-extras': 'motion, sound or more pictures',
  'not-faithful': 'a copy would lose metadata',
  unchecked: 'no preview to check against',
}

function words(outcome: Outcome): string {
  if (outcome === 'copy') return 'copy'
  if ('without' in outcome) return `copy without ${outcome.without.join(', ')}`
  return `original: ${reasons[outcome.original] ?? outcome.original}`
}

/** Rows for the kinds that the tests build, by their groups. */
export async function builtRows(trial: KindTrial): Promise<Map<string, Row[]>> {
  const rows = new Map<string, Row[]>()
  for (const [group, kinds] of await photoKinds()) {
    const built: Row[] = []
    for (const kind of kinds) built.push(await trial.row(kind.title, kind.file, kind.bytes, kind))
    rows.set(group, built)
  }
  return rows
}

/** Rows for the files of a folder. */
export async function folderRows(trial: KindTrial, folder: string): Promise<Row[]> {
  const rows: Row[] = []
  for (const name of readdirSync(folder).toSorted()) {
    rows.push(await trial.row(`\`${name}\``, name, readFileSync(join(folder, name)), null))
  }
  return rows
}

/** Markdown: a row for each kind, a column for each preset. */
export function tableOf(title: string, rows: readonly Row[]): string {
  const names = Object.keys(tried)
  const head = [title, ...names.map((name) => (name in presets ? `\`${name}\`` : name))]
  const body = rows.map((row) => [
    row.title,
    ...names.map((name) => words(row.found.get(name)?.outcome ?? 'copy')),
  ])
  const widths = head.map((_, column) => Math.max(...[head, ...body].map((row) => row[column]?.length ?? 0)))
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  return [line(head), line(widths.map((one) => '-'.repeat(one))), ...body.map(line)].join('\n')
}

/** The tables as they are in the document, by the title in their corner. */
export function tablesInDocument(): Map<string, string> {
  const tables = readFileSync(document, 'utf8').match(/(?:^\|.*\n)+/gm) ?? []
  return new Map(tables.map((table) => [/^\| (.*?) +\|/.exec(table)?.[1] ?? '', table.trimEnd()]))
}

/** In the corner of the table of a folder's files. */
export const publicTitle = 'Public test images'

async function writeAnew(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'photoferry-kinds-'))
  mkdirSync(folder, { recursive: true })
  const trial = new KindTrial(folder)
  const tables = [...(await builtRows(trial))].map(([group, rows]) => [group, tableOf(group, rows)] as const)
  const cases = process.env.PHOTOFERRY_PHOTO_CASES
  const all = new Map(tables)
  if (cases) all.set(publicTitle, tableOf(publicTitle, await folderRows(trial, cases)))
  let text = readFileSync(document, 'utf8')
  const before = tablesInDocument()
  for (const [title, table] of all) text = text.replace(before.get(title) ?? `(${title})`, () => table)
  writeFileSync(document, text)
  await trial.close()
  rmSync(folder, { recursive: true })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeAnew()
