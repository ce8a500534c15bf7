/** Paths of volumes: which lies within which, and where a path really leads. */
import { realpath } from 'node:fs/promises'
import { sep } from 'node:path'

/** Whether a path is a folder or lies below it. Both absolute. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep)
}

/** The path without links; as it is where it leads nowhere now. */
export async function realPathOf(path: string): Promise<string> {
  return realpath(path).catch(() => path)
}
