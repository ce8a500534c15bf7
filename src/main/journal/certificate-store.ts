/** Certificates of cards on disk, one file each with a short one beside it for lists, in the folder of the history. */
import { readdirSync, renameSync, rmSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import {
  type CardCertificate,
  type CertificateEntry,
  cardCertificateSchema,
  certificateEntry,
  certificateEntrySchema,
} from '../../shared/cards.ts'
import { syncFolder } from '../disk/sync-folder.ts'
import { historyOnDisk } from './disk-errors.ts'

/** Beyond this many, the oldest are deleted. */
const mostKept = 200

const briefOf = (file: string) => file.replace(/\.json$/, '.brief')

const fileName = /^certificate-(\d+)-([0-9a-f-]{36})\.json$/

export class CertificateStore {
  readonly #folder: string

  /** @param options.stateDir absolute; its folder `history/` is there */
  constructor({ stateDir }: { readonly stateDir: string }) {
    this.#folder = join(stateDir, 'history')
  }

  /** It is on disk when this fulfils. @throws UploadError `disk-full` */
  async put(certificate: CardCertificate): Promise<void> {
    const file = join(this.#folder, `certificate-${certificate.checkedAtMs}-${certificate.id}.json`)
    try {
      await this.#write(briefOf(file), certificateEntry(certificate))
      await this.#write(file, certificate)
      await syncFolder(this.#folder)
    } catch (cause) {
      throw historyOnDisk.unwritten(cause)
    }
    for (const name of this.#names().slice(mostKept)) {
      for (const old of [name, briefOf(name)]) rmSync(join(this.#folder, old), { force: true })
    }
  }

  /** What there is, newest first; those that can't be read are left out. */
  async entries(): Promise<CertificateEntry[]> {
    const found = await Promise.all(this.#names().map((name) => this.#entry(name)))
    return found.filter((entry) => entry !== null)
  }

  async #entry(name: string): Promise<CertificateEntry | null> {
    const read = async (file: string) =>
      JSON.parse(await readFile(join(this.#folder, file), 'utf8')) as unknown
    const brief = certificateEntrySchema.safeParse(await read(briefOf(name)).catch(() => null))
    if (brief.success) return brief.data
    // Of a version that wrote none.
    const whole = cardCertificateSchema.safeParse(await read(name).catch(() => null))
    return whole.success ? certificateEntry(whole.data) : null
  }

  async #write(file: string, content: object): Promise<void> {
    const draft = `${file}.draft`
    rmSync(draft, { force: true })
    await writeFile(draft, JSON.stringify(content), { mode: 0o600, flush: true, flag: 'wx' })
    renameSync(draft, file)
  }

  /** Null where there is none of this id, or none that can be read. */
  async get(id: string): Promise<CardCertificate | null> {
    if (!z.uuid().safeParse(id).success) return null
    const name = this.#names().find((known) => fileName.exec(known)?.[2] === id)
    if (name === undefined) return null
    try {
      return cardCertificateSchema.parse(JSON.parse(await readFile(join(this.#folder, name), 'utf8')))
    } catch {
      return null
    }
  }

  /** Newest first. */
  #names(): string[] {
    const timeOf = (name: string) => Number(fileName.exec(name)?.[1])
    return readdirSync(this.#folder)
      .filter((name) => fileName.test(name))
      .sort((one, other) => timeOf(other) - timeOf(one))
  }
}
