/**
 * Takes pictures of the window's main states: `npm run pictures [-- --only REGEX] [--views light-wide,dark-narrow-zh-CN] [--docs]`.
 * They go to `pictures/`, which is in no commit; with `--docs` those that the README shows are copied to docs/screenshots.
 */
import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const root = fileURLToPath(new URL('../../', import.meta.url))
const pictures = join(root, 'pictures')
/** Whatever a browser may do, the command ends. */
const mostMs = 9 * 60 * 1000
const inReadme = ['busy-light-wide', 'grid-dark-wide', 'finished-light-wide'].flatMap((name) => [
  name,
  `${name}-zh-CN`,
])

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    views: { type: 'string', default: '' },
    docs: { type: 'boolean', default: false },
  },
})

const { status, error } = spawnSync('npx', ['vitest', 'run', 'test/e2e/pictures.e2e.test.ts'], {
  cwd: root,
  stdio: 'inherit',
  timeout: mostMs,
  shell: process.platform === 'win32',
  env: {
    ...process.env,
    PHOTOFERRY_PICTURES: pictures,
    PHOTOFERRY_PICTURES_ONLY: values.only,
    PHOTOFERRY_PICTURES_VIEWS: values.views,
  },
})
if (error !== undefined || status !== 0) {
  console.error(error?.message ?? 'Some pictures could not be taken: see above.')
  process.exit(1)
}
if (values.docs) {
  for (const name of inReadme) {
    const taken = join(pictures, `${name}.png`)
    if (existsSync(taken)) copyFileSync(taken, join(root, 'docs', 'screenshots', `${name}.png`))
  }
}
