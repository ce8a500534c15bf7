/** Where each file goes at its server: fills the template of its batch from what the file says of itself, each path once. */
import { readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import PQueue from 'p-queue'
import { type Destination, numbered, pathFor, suffixOf } from '../../shared/destination.ts'
import { isPhoto, kindOf } from '../../shared/file-kinds.ts'
import type { PhotoFacts } from '../../shared/photo-facts.ts'
import { UploadError } from '../../shared/protocol/errors.ts'
import type { UploadItem } from '../../shared/upload.ts'
import type { SourceRef } from '../intake/source-file.ts'
import type { Placer } from '../pipeline/journey.ts'
import type { ItemList } from '../queue/item-list.ts'

export interface PlacingDeps {
  readonly list: ItemList
  /** What a photo states of itself; null for what is none, or can't be read. @throws UploadError `too-many-requests` */
  readonly facts: (source: SourceRef) => Promise<PhotoFacts | null>
}

/** Photos whose facts are read at once. */
const readAtOnce = 4
/** Before asking again where thumbnails are being made for a window that scrolls. */
const busyMs = 200

export class Placing implements Placer {
  readonly #deps: PlacingDeps
  readonly #reading = new PQueue({ concurrency: readAtOnce })
  /** Batch -> path, as no system tells two apart -> the item that has it. */
  readonly #taken = new Map<string, Map<string, string>>()

  constructor(deps: PlacingDeps) {
    this.#deps = deps
  }

  destinationOf(batchId: string): Destination | null {
    return this.#deps.list.batch(batchId)?.destination ?? null
  }

  async targetOf(item: UploadItem): Promise<string | null> {
    const destination = this.destinationOf(item.batchId)
    if (!destination) return null
    const path = await this.pathOf(item, destination)
    return destination.template === null ? path : this.#once(item, path)
  }

  /** The path that a file would get, whether or not another file of its batch has it. */
  async pathOf(item: UploadItem, destination: Destination): Promise<string> {
    const { relativePath, sequence } = item
    const facts = destination.template === null ? null : await this.#factsOf(item)
    const {
      camera = null,
      lens = null,
      serial = null,
      rating = null,
      takenAt = null,
    }: Partial<PhotoFacts> = facts ?? {}
    const batch = this.#deps.list.batch(item.batchId)?.name ?? ''
    const named = {
      relativePath,
      batch,
      sequence: sequence ?? 1,
      takenAt: takenAt ?? localTime(item.mtimeMs),
    }
    return pathFor(destination, { ...named, camera, lens, serial, rating })
  }

  /** Its files are placed anew. */
  forget(batchId: string): void {
    this.#taken.delete(batchId)
  }

  /** Of a sidecar, a voice note or the clip of a live photo: what the photo beside it says. */
  async #factsOf(item: UploadItem): Promise<PhotoFacts | null> {
    const source = isPhoto(kindOf(item.relativePath)) ? item : await photoBeside(item)
    return source && this.#reading.add(() => this.#read(source))
  }

  async #read(source: SourceRef): Promise<PhotoFacts | null> {
    for (;;) {
      try {
        return await this.#deps.facts(source)
      } catch (thrown) {
        if (!(thrown instanceof UploadError) || thrown.code !== 'too-many-requests') return null
        await new Promise((resolve) => setTimeout(resolve, busyMs))
      }
    }
  }

  /** The path, or the first numbered one that no other file of the batch has. */
  #once(item: UploadItem, path: string): string {
    const taken = this.#takenIn(item.batchId)
    for (let number = 1; ; number++) {
      const candidate = number === 1 ? path : numbered(path, number)
      const key = candidate.normalize('NFC').toLowerCase()
      const owner = taken.get(key) ?? item.id
      if (owner !== item.id) continue
      taken.set(key, item.id)
      return candidate
    }
  }

  #takenIn(batchId: string): Map<string, string> {
    const known = this.#taken.get(batchId)
    if (known) return known
    const items = this.#deps.list.select({ batchIds: [batchId] })
    const taken = new Map(
      items.flatMap(({ id, target }) =>
        target === null ? [] : [[target.normalize('NFC').toLowerCase(), id] as const],
      ),
    )
    this.#taken.set(batchId, taken)
    return taken
  }
}

/** A photo of the same name in the same folder; null for a copy that a page sent, whose folder is none of the camera's. */
async function photoBeside({
  sourcePath,
  relativePath,
  realFolder,
  staged,
}: UploadItem): Promise<SourceRef | null> {
  if (staged) return null
  const stem = stemOf(basename(sourcePath))
  const names = await readdir(dirname(sourcePath)).catch(() => [])
  const photos = names.filter((name) => stemOf(name) === stem && isPhoto(kindOf(name)))
  const [photo] = photos.sort((one, other) => Number(isRaw(other)) - Number(isRaw(one)))
  if (photo === undefined) return null
  return {
    sourcePath: join(dirname(sourcePath), photo),
    relativePath: `${dirname(relativePath)}/${photo}`,
    realFolder,
  }
}

const isRaw = (name: string) => kindOf(name).group === 'raw'

function stemOf(name: string): string {
  return name.slice(0, name.length - suffixOf(name).length).toLowerCase()
}

/** By this computer's clock and zone. @param ms since 1970 */
function localTime(ms: number): string {
  const date = new Date(ms)
  const local = new Date(ms - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19)
  const minutes = -date.getTimezoneOffset()
  const two = (value: number) => String(Math.floor(Math.abs(value))).padStart(2, '0')
  return `${local}${minutes < 0 ? '-' : '+'}${two(minutes / 60)}:${two(minutes % 60)}`
}
