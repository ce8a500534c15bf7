/** Certificates of cards on disk, one file each, beside the history. */
import { readdirSync, renameSync, rmSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { type CardCertificate, cardCertificateSchema } from '../../shared/cards.ts'
import { syncFolder } from '../disk/sync-folder.ts'
import { historyOnDisk } from './disk-errors.ts'

/** Beyond this many, the oldest are deleted. */
const mostKept = 200

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
    const draft = `${file}.draft`
    try {
      rmSync(draft, { force: true })
      await writeFile(draft, JSON.stringify(certificate), { mode: 0o600, flush: true, flag: 'wx' })
      renameSync(draft, file)
      await syncFolder(this.#folder)
    } catch (cause) {
      throw historyOnDisk.unwritten(cause)
    }
    for (const name of this.#names().slice(mostKept)) rmSync(join(this.#folder, name), { force: true })
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
