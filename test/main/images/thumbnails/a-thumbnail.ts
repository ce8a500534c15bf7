/** Real thumbnails, made by one instance for a test or for a whole file, and what they show. */
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, onTestFinished } from 'vitest'
import { type ThumbnailOptions, Thumbnails } from '../../../../src/main/images/thumbnails/thumbnails.ts'
import { thumbnailWorkerEntry } from '../../../../src/main/program-files.ts'
import type { ThumbnailSize } from '../../../../src/shared/thumbnails.ts'
import { temporaryFolder } from '../../../temporary-folder.ts'
import { corners } from '../photos.ts'

export const program = { entry: thumbnailWorkerEntry, nodePath: process.execPath }

export function thumbnails(options: Partial<ThumbnailOptions> = {}): Thumbnails {
  const made = new Thumbnails({ program, stateDir: temporaryFolder(), ...options })
  onTestFinished(() => made.close())
  return made
}

/** For tests that do not need their own instance: a process takes a while to start. */
const sharedState = mkdtempSync(join(tmpdir(), 'photoferry-test-'))
export const shared = new Thumbnails({ program, stateDir: sharedState })
afterAll(async () => {
  await shared.close()
  rmSync(sharedState, { recursive: true })
})

export function sourceOf(path: string) {
  const { size, mtimeMs } = statSync(path)
  return { sourcePath: path, relativePath: path.slice(1), size, mtimeMs }
}

export const unaborted = new AbortController().signal
export const pictureOf = async (all: Thumbnails, path: string, size: ThumbnailSize = 'detail') =>
  (await all.picture(sourceOf(path), size, unaborted))?.webp ?? null

/** @throws where there is no picture */
export async function seen(picture: Buffer | null) {
  if (picture === null) throw new Error('there is no thumbnail')
  const folder = temporaryFolder()
  const path = join(folder, 'seen.webp')
  writeFileSync(path, picture)
  const { width, height, format, icc, exif } = await sharp(picture).metadata()
  return { width, height, format, icc, exif, corners: await corners(path) }
}

export const upright = ['RG', '-G', 'R-', '--']
