/** The volumes of Windows: drive letters and shares; Node gives a volume's serial number as the device of its files. */
import { stat } from 'node:fs/promises'
import { win32 } from 'node:path'
import type { Volume, Volumes } from './volume.ts'

/** The serial number of the volume at a root; null where there is none. */
type SerialOf = (root: string) => Promise<number | null>

/** A and B are for floppy disks: asking makes them rattle. */
const letters = [...'CDEFGHIJKLMNOPQRSTUVWXYZ']
/** A mapped share whose server is gone answers after minutes. */
const answerMs = 2_000

const readSerial: SerialOf = (root) =>
  stat(root).then(
    ({ dev }) => dev,
    () => null,
  )

/**
 * @param fixedPaths absolute paths whose drives are left out
 * @param serialOf for tests
 */
export function windowsVolumes(fixedPaths: readonly string[], serialOf: SerialOf = readSerial): Volumes {
  const fixed = new Set(fixedPaths.map(rootOf))
  /** Roots that have not answered yet: none is asked twice at once. */
  const asked = new Map<string, Promise<number | null>>()
  const ask = (root: string) => {
    const answer = asked.get(root) ?? serialOf(root).finally(() => asked.delete(root))
    asked.set(root, answer)
    return Promise.race([answer, delay(answerMs)])
  }
  const volumeAt = async (root: string): Promise<Volume | null> => {
    if (fixed.has(root)) return null
    const serial = await ask(root)
    if (serial === null) return null
    const remote = root.startsWith('\\\\')
    const name = remote ? root.split('\\').filter(Boolean).join('\\') : root.slice(0, 2)
    const id = remote ? `share:${root.toLowerCase()}` : serial === 0 ? null : `serial:${serial}`
    return { name, mountPoint: root, id, remote }
  }
  return {
    at: (path) => volumeAt(rootOf(path)),
    async list() {
      const found = await Promise.all(letters.map((letter) => volumeAt(`${letter}:\\`)))
      return found.filter((volume) => volume !== null)
    },
  }
}

/** Drive letters are written in both cases. */
function rootOf(path: string): string {
  const { root } = win32.parse(path)
  return root.startsWith('\\\\') ? root : root.toUpperCase()
}

function delay(ms: number): Promise<null> {
  return new Promise((resolve) => setTimeout(() => resolve(null), ms).unref())
}
