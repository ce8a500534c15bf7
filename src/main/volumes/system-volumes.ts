/** The volumes of the system that PhotoFerry runs on. */
import { homedir } from 'node:os'
import { linuxVolumes } from './linux-volumes.ts'
import { macVolumes } from './mac-volumes.ts'
import type { Volumes } from './volume.ts'
import { windowsVolumes } from './windows-volumes.ts'

/** @param stateDir absolute path; a volume that holds it can't go away while PhotoFerry runs */
export function systemVolumes(stateDir: string): Volumes {
  const fixedPaths = [homedir(), stateDir]
  if (process.platform === 'win32') return windowsVolumes([...fixedPaths, process.execPath])
  return process.platform === 'darwin' ? macVolumes() : linuxVolumes({ fixedPaths })
}
