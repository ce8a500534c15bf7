/** The desktop's log: lines with their time, bounded in size, and no reason to end where the disk refuses. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { openAppLog } from '../../../src/main/desktop/app-log.ts'
import { temporaryFolder } from '../../temporary-folder.ts'

vi.mock('electron', () => import('./electron-stand-in.ts'))

const printed = vi.spyOn(console, 'error').mockImplementation(() => undefined)

it('writes each line with its time, and to the terminal, with nothing that a terminal would obey', async () => {
  const folder = join(temporaryFolder(), 'logs')
  const log = openAppLog(folder)
  log.write('a sad \u001b[31mname.jpg\n')
  await expect
    .poll(() => readFileSync(join(folder, 'photoferry.log'), 'utf8'))
    .toMatch(/^\d{4}-[\d-]+T[\d:.]+Z a sad /)
  expect(String(log.files().get('photoferry.log'))).not.toContain('\u001b')
  expect(printed).toHaveBeenCalledWith(expect.stringContaining('a sad'))
})

it('keeps six files of 1 MB at most', async () => {
  const folder = temporaryFolder()
  const log = openAppLog(folder)
  const line = 'x'.repeat(10_000)
  for (let count = 0; count < 900; count++) {
    log.write(line)
    if (count % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 30))
  }
  const sizes = () => readdirSync(folder).map((name) => statSync(join(folder, name)).size)
  await expect.poll(() => sizes().length).toBeGreaterThan(3)
  await expect.poll(() => sizes().reduce((sum, size) => sum + size, 0)).toBeLessThan(7_500_000)
})

it('goes on where the disk refuses', async () => {
  const log = openAppLog('/dev/null/nowhere')
  log.write('lost')
  await new Promise((resolve) => setTimeout(resolve, 50))
  log.write('lost too')
})
