/** A disk that runs full while the page streams: a real one, in a mount namespace where the system allows that. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const canMount = spawnSync('unshare', ['-Urm', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0

it.skipIf(!canMount)('answers 507 with the reason, leaves nothing, and takes what still fits', () => {
  const scene = fileURLToPath(new URL('./full-disk-scene.ts', import.meta.url))
  const { stdout, stderr } = spawnSync('unshare', ['-Urm', process.execPath, scene], { encoding: 'utf8' })
  expect(stderr).toBe('')
  expect(JSON.parse(stdout)).toMatchObject({
    tooLarge: {
      status: 507,
      body: { error: { code: 'disk-full', message: expect.stringMatching(/no room for large\.mov/) } },
    },
    leftovers: [],
    small: { status: 201 },
    files: 1,
  })
})
