/** Sends one photo after another through conversion and thumbnails, and reports each result and what was wrong with it. */
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import type { CopyJob } from '../../../src/main/images/convert/image-job.ts'
import { ImagePool } from '../../../src/main/images/convert/image-pool.ts'
import { Thumbnails } from '../../../src/main/images/thumbnails/thumbnails.ts'
import { imageWorkerEntry, thumbnailWorkerEntry } from '../../../src/main/program-files.ts'
import type { PayloadFormat, PhotoFormat } from '../../../src/shared/presets.ts'
import { type DamagedPhoto, isRaw } from './damaged-photos.ts'
import { aJob } from './image-pools.ts'
import { meanDifference, mostDifference } from './mean-difference.ts'

export interface Outcome {
  /** Such as `convert jpeg: damaged`. */
  readonly words: readonly string[]
  /** What must not happen with any photo. */
  readonly wrongs: readonly string[]
}

const control = { signal: new AbortController().signal }
/** Far below the limits for an image: a few thousand pixels that take as long as this are stuck. */
const bounds = { timeoutMs: 30_000, rssBytes: 768 << 20 }
const formats: readonly PayloadFormat[] = ['jpeg', 'webp', 'png']

export class PhotoTrial {
  readonly #folder: string
  readonly #pool: ImagePool
  readonly #thumbnails: Thumbnails
  #photos = 0

  /** @param folder for files; absolute */
  constructor(folder: string) {
    const nodePath = process.execPath
    this.#folder = folder
    this.#pool = new ImagePool({ entry: imageWorkerEntry, nodePath }, { ...bounds, processes: 2 })
    const program = { entry: thumbnailWorkerEntry, nodePath }
    this.#thumbnails = new Thumbnails({ program, stateDir: folder, limits: { ...bounds, processes: 1 } })
  }

  async try({ kind, name, bytes }: DamagedPhoto): Promise<Outcome> {
    const path = join(this.#folder, `IMG_${this.#photos % 50}.${extensionOf(kind)}`)
    writeFileSync(path, bytes)
    const words: string[] = []
    const wrongs: string[] = []
    await Promise.all([
      ...(isRaw(kind) ? [] : this.#jobs(path, kind).map((job) => this.#convert(job, words, wrongs))),
      this.#show(path, words, wrongs),
    ])
    if (!readFileSync(path).equals(bytes)) wrongs.push('the original was changed')
    this.#photos++
    return {
      words: words.map((word) => `${kind}: ${word}`),
      wrongs: wrongs.map((word) => `${name}: ${word}`),
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.#pool.close(), this.#thumbnails.close()])
  }

  #jobs(path: string, kind: string): CopyJob[] {
    const sourceFormat = sourceFormatOf(kind)
    const format = formats[this.#photos % formats.length] ?? 'jpeg'
    const keepLocation = this.#photos % 2 === 0
    const colour = this.#photos % 3 === 0 ? 'srgb' : 'keep'
    const base = aJob(path, { sourceFormat, format, keepLocation, colour, longEdge: 64 })
    return [base, { ...base, task: 'strip-location', targetPath: `${path}.stripped` }]
  }

  async #convert(job: CopyJob, words: string[], wrongs: string[]): Promise<void> {
    const result = await this.#pool.convert(job, control)
    words.push(`${job.task} ${result.kind === 'problem' ? result.problem : result.kind}`)
    if (result.kind === 'unwritable') wrongs.push(`unwritable: ${result.message}`)
    if (result.kind === 'problem' && result.problem === 'timed-out') wrongs.push(`${job.task} hung`)
    if (result.kind !== 'made') return
    if (statSync(job.targetPath).size !== result.size) wrongs.push('a copy of another size than was said')
    if (job.task !== 'convert') return
    const { width, height } = await sharp(job.targetPath).metadata()
    await sharp(job.targetPath, { failOn: 'warning' })
      .raw()
      .toBuffer()
      .catch((thrown) => wrongs.push(`a copy that cannot be read: ${String(thrown)}`))
    if (Math.max(width, height) > 64) wrongs.push(`a copy of ${width} x ${height}`)
    const difference = await meanDifference(job)
    if (difference > mostDifference) wrongs.push(`a copy that is off by ${difference.toFixed(1)} of 255`)
  }

  async #show(path: string, words: string[], wrongs: string[]): Promise<void> {
    const { size, mtimeMs } = statSync(path)
    const source = { sourcePath: path, relativePath: path.slice(1), size, mtimeMs }
    const picture = await this.#thumbnails.picture(source, 'row', control.signal)
    const facts = await this.#thumbnails.facts(source)
    words.push(`thumbnail ${picture ? 'made' : 'none'}, facts ${facts ? 'read' : 'none'}`)
    if (!picture) return
    await sharp(picture.webp)
      .metadata()
      .catch((thrown) => wrongs.push(`a thumbnail that cannot be read: ${String(thrown)}`))
  }
}

function sourceFormatOf(kind: string): PhotoFormat {
  if (kind === 'adobe-rgb') return 'jpeg'
  return kind.startsWith('heic') ? 'heic' : (kind as PhotoFormat)
}

function extensionOf(kind: string): string {
  if (isRaw(kind)) return kind.toUpperCase()
  return sourceFormatOf(kind).replace('jpeg', 'jpg')
}
