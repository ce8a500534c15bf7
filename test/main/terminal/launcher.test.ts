import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../../temporary-folder.ts'

const cli = fileURLToPath(new URL('../../../out/main/cli.js', import.meta.url))
const olderNode = findOlderNode()
if (!olderNode) console.log('The launcher is not tried: this machine has no Node older than 24 on its path.')

/** A Node on the path that is too old for PhotoFerry. */
function findOlderNode(): string | undefined {
  const programs = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'node'))
  return programs.find((program) => {
    if (!existsSync(program) || program.includes('node_modules')) return false
    const version = spawnSync(program, ['--version'], { encoding: 'utf8' }).stdout
    return Number.parseInt(version.slice(1), 10) < 24
  })
}

describe.skipIf(!olderNode)('on a machine with an older Node', () => {
  const node = olderNode ?? ''

  it('the terminal runs on the Node that came with PhotoFerry, with the same output and exit code', () => {
    const version = spawnSync(node, [cli, '--version'], { encoding: 'utf8' })
    expect(version).toMatchObject({ status: 0, stdout: '0.1.0\n', stderr: '' })
    const misused = spawnSync(node, [cli, 'upload', '.'], { encoding: 'utf8' })
    expect(misused.status).toBe(2)
    expect(misused.stderr).toContain('--server')
  })

  it.each(['SIGTERM', 'SIGKILL'] as const)('%s ends the program with its launcher', async (signal) => {
    const launcher = spawn(node, [cli, 'serve', '--port', '0', '--data', temporaryFolder()], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    onTestFinished(() => void launcher.kill('SIGKILL'))
    const [line] = await once(createInterface({ input: launcher.stdout }), 'line')
    const { url } = JSON.parse(String(line)) as { url: string }
    expect((await fetch(`${url}/api/health`)).status).toBe(200)
    launcher.kill(signal)
    await once(launcher, 'exit')
    const isThere = () =>
      fetch(`${url}/api/health`).then(
        () => true,
        () => false,
      )
    await expect.poll(isThere).toBe(false)
  })
})
