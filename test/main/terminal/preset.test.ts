import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { runCli, serve, upload } from '../../crossing/programs.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { noise, writePhoto } from '../images/photos.ts'

async function aFolder() {
  const folder = temporaryFolder()
  const source = join(folder, 'in')
  mkdirSync(source)
  await writePhoto(source, 'IMG_1.png', { width: 2800, height: 1400, raw: noise(2800, 1400), format: 'png' })
  writeFileSync(join(source, 'IMG_1.ARW'), 'raw')
  return { folder, source, state: join(folder, 'state'), stored: join(folder, 'data', 'uploads', 'in') }
}

describe('photoferry upload --preset', () => {
  it('sends copies and reports what they replaced', async () => {
    const { folder, source, state, stored } = await aFolder()
    const server = await serve(join(folder, 'data'))
    const args = ['--preset', 'web-gallery']
    const { exitCode, summary, stderr } = await upload([source], server, state, { args }).result
    expect(exitCode).toBe(0)
    expect(readdirSync(stored).sort()).toEqual(['IMG_1.ARW', 'IMG_1.jpg'])
    expect((await sharp(join(stored, 'IMG_1.jpg')).metadata()).width).toBe(2560)
    expect(summary?.items.find(({ path }) => path.endsWith('.png'))).toMatchObject({
      relativePath: 'in/IMG_1.png',
      size: statSync(join(stored, 'IMG_1.jpg')).size,
      note: { kind: 'converted', originalSize: statSync(join(source, 'IMG_1.png')).size },
      url: expect.stringMatching(/in\/IMG_1\.jpg$/),
    })
    expect(stderr).toMatch(/1 photo converted: .* became /)
    expect(readdirSync(join(state, 'payloads'))).toEqual([])
  })

  it('takes a preset of the person’s own from a file', async () => {
    const { folder, source, state, stored } = await aFolder()
    const server = await serve(join(folder, 'data'))
    const file = join(folder, 'mine.json')
    // As Windows' Notepad writes it.
    writeFileSync(file, `\uFEFF${JSON.stringify({ format: 'webp', longEdge: 800 })}`)
    const { exitCode } = await upload([source], server, state, { args: ['--preset-file', file] }).result
    expect(exitCode).toBe(0)
    expect((await sharp(join(stored, 'IMG_1.webp')).metadata()).width).toBe(800)
  })

  it('takes one that was made in the app by its name', async () => {
    const { folder, source, state, stored } = await aFolder()
    const server = await serve(join(folder, 'data'))
    mkdirSync(state)
    const blog = { id: 'own-1', name: 'Blog', format: 'webp', longEdge: 700 }
    writeFileSync(join(state, 'settings.json'), JSON.stringify({ ownPresets: [blog] }))
    const { exitCode } = await upload([source], server, state, { args: ['--preset', 'blog'] }).result
    expect(exitCode).toBe(0)
    expect((await sharp(join(stored, 'IMG_1.webp')).metadata()).width).toBe(700)
  })

  it('goes on after a kill in the middle of converting, and leaves nothing behind', async () => {
    const { folder, source, state, stored } = await aFolder()
    for (const seed of [2, 3, 4, 5]) {
      await writePhoto(source, `IMG_${seed}.jpg`, { width: 2800, height: 1400, raw: noise(2800, 1400, seed) })
    }
    const server = await serve(join(folder, 'data'))
    const args = ['--preset', 'web-gallery']
    const first = upload([source], server, state, { args })
    const payloads = join(state, 'payloads')
    await expect
      .poll(() => existsSync(payloads) && readdirSync(payloads).length, { interval: 5 })
      .toBeTruthy()
    first.child.kill('SIGKILL')
    await first.result
    const { exitCode, summary } = await upload([source], server, state, { args }).result
    expect([exitCode, summary?.done]).toEqual([0, 6])
    expect(readdirSync(stored).sort()).toEqual([
      'IMG_1.ARW',
      'IMG_1.jpg',
      'IMG_2.jpg',
      'IMG_3.jpg',
      'IMG_4.jpg',
      'IMG_5.jpg',
    ])
    expect((await sharp(join(stored, 'IMG_5.jpg')).metadata()).width).toBe(2560)
    expect(readdirSync(payloads)).toEqual([])
  })

  it.each([
    [['--preset', 'huge'], undefined, /Choose one of: original, web-gallery/],
    [['--preset-file', 'mine.json'], undefined, /Can't read the preset file/],
    [['--preset-file', 'mine.json'], '{"format": "jp', /must hold one preset as a JSON object/],
    [['--preset-file', 'mine.json'], '{"quality": 70}', /quality: /],
    [['--preset-file', 'mine.json'], '{"qualty": 0.7}', /qualty/],
    [['--preset', 'proof', '--preset-file', 'mine.json'], '{}', /not both/],
  ])('answers %j with one clear sentence and exit code 2', async (args, content, words) => {
    const folder = temporaryFolder()
    if (content !== undefined) writeFileSync(join(folder, 'mine.json'), content)
    const command = ['upload', '.', '--server', 'http://127.0.0.1:9', '--state', 'state', ...args]
    const { exitCode, stderr } = await runCli(command, folder)
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(words)
    expect(stderr.trim().split('\n')).toHaveLength(1)
    expect(existsSync(join(folder, 'state'))).toBe(false)
  })
})
