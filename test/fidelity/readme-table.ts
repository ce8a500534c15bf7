/** The table of presets in the README: finds it there, and as a program, `node test/fidelity/readme-table.ts`, writes it again. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ExifTool } from 'exiftool-vendored'
import { prepareAll, presetTable, tableCorner } from './preset-table.ts'

const readme = fileURLToPath(new URL('../../README.md', import.meta.url))
const tablePattern = new RegExp(`^\\| ${tableCorner} [^]*?(?=\\n\\n)`, 'm')

/** The table as it is in the README; empty if there is none. */
export function tableInReadme(): string {
  return tablePattern.exec(readFileSync(readme, 'utf8'))?.[0] ?? ''
}

async function writeAnew(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'photoferry-table-'))
  const exiftool = new ExifTool()
  const table = presetTable(await prepareAll(folder, exiftool, { width: 240, height: 160 }))
  const text = readFileSync(readme, 'utf8')
  writeFileSync(
    readme,
    text.replace(tablePattern, () => table),
  )
  await exiftool.end()
  rmSync(folder, { recursive: true })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeAnew()
