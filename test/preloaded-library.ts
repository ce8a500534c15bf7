/** Compiles a library that is preloaded into a program, to see or to change what it asks of the system. Linux only. */
import { execFileSync } from 'node:child_process'

/**
 * @param source absolute path of the C file
 * @param library absolute path of the library that is written
 * @throws Error that names what to install
 */
export function compileLibrary(source: string, library: string): void {
  if (process.platform !== 'linux') throw new Error('Libraries can be preloaded on Linux only.')
  const flags = ['-O2', '-Wall', '-shared', '-fPIC']
  try {
    execFileSync('cc', [...flags, '-o', library, source, '-ldl', '-lpthread'], { stdio: 'pipe' })
  } catch (cause) {
    const message = `${source} could not be compiled. Install gcc and libc6-dev, then try again.`
    throw new Error(message, { cause })
  }
}
