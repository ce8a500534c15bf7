/** Copies of the project in which files are broken, so that the project itself never is. */
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Break } from './break.ts'

/** Not copied. The packages and the built programs are linked: nobody breaks them. */
const linked = ['node_modules', 'out']
const leftOut = new Set(['.git', ...linked])

/**
 * The source text of a broken file.
 * @param text as it is
 * @throws Error unless the text to be replaced occurs exactly once
 */
export function brokenText({ id, file, find, replace, also = [] }: Break, text: string): string {
  return [{ find, replace }, ...also].reduce((current, edit) => {
    const parts = current.split(edit.find)
    if (parts.length === 2) return parts.join(edit.replace)
    const reason = `its text occurs ${parts.length - 1} times in ${file}, not once`
    throw new Error(
      `The list of breaks is out of date: ${id}: ${reason}. Find its place today, or remove it.`,
    )
  }, text)
}

export class TreeCopy {
  /** Absolute path. */
  readonly root: string

  /** @param project absolute path of the project's root */
  constructor(project: string) {
    this.root = mkdtempSync(join(tmpdir(), 'photoferry-broken-'))
    // Some tests run programs as another user.
    chmodSync(this.root, 0o755)
    for (const name of readdirSync(project)) {
      if (!leftOut.has(name)) cpSync(join(project, name), join(this.root, name), { recursive: true })
    }
    for (const name of linked) {
      if (existsSync(join(project, name))) symlinkSync(join(project, name), join(this.root, name))
    }
  }

  /** Does something while a file of the copy is broken. @throws Error when the break does not fit any more */
  async whileBroken<Result>(broken: Break, work: () => Promise<Result>): Promise<Result> {
    const path = join(this.root, broken.file)
    const text = readFileSync(path, 'utf8')
    writeFileSync(path, brokenText(broken, text))
    try {
      return await work()
    } finally {
      writeFileSync(path, text)
    }
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true })
  }
}
