/** A memory card in a window: a real drive that only this app sees, so that other windows of the same test run don't find it. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BrowserContextOptions } from 'playwright-core'
import { openScene, type Scene } from './scene.ts'

/** What the card is called. */
export const cardName = 'EOS_DIGITAL'

interface CardScene {
  readonly scene: Scene
  /** Puts the card into the reader. */
  readonly insert: () => void
  /** The card's folder, as the app sees it. */
  readonly seen: string
}

interface CardOptions extends BrowserContextOptions {
  /** As for `openScene`. */
  readonly shownHome?: string
  /** Writes what is on the card from the first. @param folder the card's, before it is in the reader */
  readonly fill?: (folder: string) => Promise<void>
}

/** Needs `canMount`. */
export async function cardScene({ shownHome, fill, ...options }: CardOptions): Promise<CardScene> {
  const scene = await openScene(options, shownHome, undefined, {
    wrap: ['unshare', '--mount', '--propagation', 'private'],
  })
  const top = join(scene.source, 'media', cardName)
  mkdirSync(top, { recursive: true })
  const image = join(scene.source, 'card.img')
  writeFileSync(image, '')
  truncateSync(image, 64 << 20)
  const contents = join(scene.source, 'card-contents')
  mkdirSync(contents)
  await fill?.(contents)
  execFileSync('mkfs.ext4', ['-q', '-L', cardName, '-d', contents, image])
  const inside = (...command: readonly string[]) =>
    execFileSync('nsenter', ['--mount', '--target', String(scene.app.child.pid), ...command])
  const seen = join('/proc', String(scene.app.child.pid), 'root', top)
  return { scene, insert: () => inside('mount', '-o', 'loop', image, top), seen }
}
