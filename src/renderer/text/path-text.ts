/** Paths as people read them. */
import { escapeControls } from '../../shared/protocol/escape-controls.ts'

/** The path with `~` for the home folder. @param path absolute @param homeDir absolute; empty where it is not known */
export function homePath(path: string, homeDir: string): string {
  const separator = path.includes('\\') && !path.startsWith('/') ? '\\' : '/'
  const isBelow = homeDir !== '' && (path === homeDir || path.startsWith(`${homeDir}${separator}`))
  return escapeControls(isBelow ? `~${path.slice(homeDir.length)}` : path)
}
