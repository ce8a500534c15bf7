/** Opening browser mode's page: what other users of this machine can see of it, in processes and in files. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../../temporary-folder.ts'
import { exchange, keyOf } from '../browser/page-client.ts'

const cli = fileURLToPath(new URL('../../../src/main/cli.ts', import.meta.url))

/** The arguments of every process of this machine. */
function allArguments(): string {
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return processes
    .map((id) => {
      try {
        return readFileSync(`/proc/${id}/cmdline`, 'utf8')
      } catch {
        // It ended meanwhile.
        return ''
      }
    })
    .join('\n')
}

it.skipIf(process.platform !== 'linux')(
  'keeps the key out of the arguments of every process, in a file for this user only, which goes',
  async () => {
    const folder = temporaryFolder()
    const [programs, seen, temporary] = ['bin', 'seen', 'tmp'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ]
    for (const path of [programs, temporary]) mkdirSync(path)
    // In the place of the system's browser: writes down its arguments, and stays.
    for (const name of ['xdg-open', 'browser']) {
      writeFileSync(
        join(programs, name),
        `#!/bin/sh\nprintf '%s\\n' "$@" > ${seen}.draft\nmv ${seen}.draft ${seen}\nexec sleep 30\n`,
      )
      chmodSync(join(programs, name), 0o755)
    }
    const program = spawn(
      process.execPath,
      [
        cli,
        'start',
        '--browser',
        '--port',
        '0',
        '--state',
        join(folder, 'state'),
        '--library',
        join(folder, 'library'),
      ],
      {
        stdio: ['ignore', 'pipe', 'ignore'],
        env: {
          ...process.env,
          HOME: folder,
          TMPDIR: temporary,
          DISPLAY: ':99',
          BROWSER: join(programs, 'browser'),
          PATH: `${programs}${delimiter}${process.env.PATH}`,
        },
      },
    )
    onTestFinished(() => void program.kill('SIGKILL'))
    const [line] = await once(createInterface({ input: program.stdout }), 'line')
    const url = /http:\S+/.exec(String(line))?.[0] ?? ''
    const key = url.split('#token=')[1] ?? ''
    expect(key).toMatch(/^[\w-]{43}$/)
    await expect.poll(() => existsSync(seen)).toBe(true)
    const opened = readFileSync(seen, 'utf8').trim()
    expect(opened).not.toContain(key)
    expect(allArguments()).not.toContain(key)
    const file = opened.startsWith('file:') ? fileURLToPath(opened) : opened
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(statSync(join(file, '..')).mode & 0o777).toBe(0o700)
    // A key of its own, which works once; the printed one, which works on, is not in the file.
    const inFile = /location\.replace\("([^"]+)"\)/.exec(readFileSync(file, 'utf8'))?.[1] ?? ''
    expect(new URL(inFile).origin).toBe(new URL(url).origin)
    expect(inFile).not.toContain(key)
    expect(allArguments()).not.toContain(keyOf(inFile))
    const { origin } = new URL(url)
    const statuses = [inFile, inFile, url, url].map(async (address) => exchange(origin, keyOf(address)))
    expect((await Promise.all(statuses)).map(({ status }) => status).sort()).toEqual([200, 200, 200, 401])
    program.kill('SIGTERM')
    await once(program, 'exit')
    expect(existsSync(file)).toBe(false)
    expect(readdirSync(temporary).filter((name) => name.startsWith('photoferry-'))).toEqual([])
  },
)
