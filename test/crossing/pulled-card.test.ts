import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { canMount, makeImage, mountImage, pullOut } from '../mounts.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { pacingProxy } from './pacing-proxy.ts'
import { fingerprint, seeded, writeRandomFile } from './photo-folder.ts'
import { serve, upload } from './programs.ts'

const size = 1 << 20

/** A mounted card with photos, and a connection that is held after a share of its bytes. */
async function scene(files: number, share: number) {
  const folder = temporaryFolder()
  const image = makeImage(join(folder, 'card.img'), 'CARD_1')
  const card = join(folder, 'media', 'CARD_1')
  mountImage(image, card)
  const random = seeded(3)
  for (let index = 0; index < files; index++) {
    // Every other one is a byte too large for a bundle.
    writeRandomFile(join(card, `IMG_${index}.jpg`), size + (index % 2), random)
  }
  const server = await serve(join(folder, 'data'))
  const proxy = await pacingProxy(server.port, Math.floor(files * size * share))
  const start = (paths: readonly string[], args: string[] = []) =>
    upload(paths, { url: proxy.url, token: server.token }, join(folder, 'state'), { args })
  return { folder, image, card, proxy, start, stored: () => fingerprint(join(folder, 'data', 'uploads')) }
}

/** Fulfils when the program's stderr has the text. */
function says({ child }: ReturnType<typeof upload>, text: string): Promise<void> {
  return new Promise((resolve) => {
    let said = ''
    child.stderr?.on('data', (bytes) => {
      said += bytes
      if (said.includes(text)) resolve()
    })
  })
}

describe.runIf(canMount)('a card that is pulled out during `photoferry upload`', () => {
  it('is waited for by name, and its files go on at another path: exit 0, no retry', async () => {
    const { folder, image, card, proxy, start, stored } = await scene(16, 0.4)
    const run = start([card])
    await proxy.reached
    pullOut(card)
    const waiting = says(run, 'Waiting for CARD_1. Connect it again to continue.')
    proxy.release()
    await waiting
    const elsewhere = join(folder, 'media', 'CARD_11')
    mountImage(image, elsewhere)
    const { exitCode, summary, stderr } = await run.result
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 })
    expect(summary).toMatchObject({ done: 16, failed: 0, skipped: 0 })
    expect(summary?.items.some(({ path }) => path.startsWith(elsewhere))).toBe(true)
    expect(stored().size).toBe(16)
  })

  it('and stays away is named at the end: exit 1, and the same command sends the rest', async () => {
    const { card, image, proxy, start, stored } = await scene(12, 0.5)
    const run = start([card], ['--wait', '3'])
    const waiting = says(run, 'Waiting for CARD_1. Connect it again to continue.')
    await proxy.reached
    pullOut(card)
    proxy.release()
    await waiting
    const { exitCode, summary, stderr } = await run.result
    expect(exitCode).toBe(1)
    expect(stderr).toContain('CARD_1 did not come back. Connect it and run the same command again.')
    expect(new Set(summary?.items.map(({ error }) => error?.code ?? 'none'))).toEqual(
      new Set(['none', 'drive-away']),
    )
    mountImage(image, card)
    const again = await start([card]).result
    expect(again).toMatchObject({ exitCode: 0 })
    expect(stored().size).toBe(12)
  })
})
