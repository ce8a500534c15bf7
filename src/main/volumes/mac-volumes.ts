/** The volumes of macOS: what is mounted below /Volumes, with the ids that diskutil knows. */
import { execFile } from 'node:child_process'
import { basename } from 'node:path'
import { promisify } from 'node:util'
import { isWithin, realPathOf } from './paths.ts'
import type { Volume, Volumes } from './volume.ts'

/** Runs a program and gives what it prints. */
type Run = (program: string, args: readonly string[]) => Promise<string>

const runTimeoutMs = 5_000
/** After a pause of this length another card may have the place and the device of the one before. */
const trustedMs = 3_000

const run: Run = async (program, args) =>
  (await promisify(execFile)(program, [...args], { timeout: runTimeoutMs })).stdout

/** @param runProgram for tests */
export function macVolumes(runProgram: Run = run): Volumes {
  /** Device and mount point -> id; a volume that is gone is forgotten. */
  let ids = new Map<string, Promise<string | null>>()
  let readAtMs = Number.NEGATIVE_INFINITY
  const list = async (): Promise<readonly Volume[]> => {
    if (performance.now() - readAtMs > trustedMs) ids = new Map()
    readAtMs = performance.now()
    const lines = mountLines(await runProgram('/sbin/mount', []).catch(() => ''))
    ids = new Map(
      lines.map(({ source, mountPoint, remote }) => {
        const key = `${source} ${mountPoint}`
        const id = remote ? Promise.resolve(`share:${source}`) : diskId(mountPoint, runProgram)
        return [key, ids.get(key) ?? id]
      }),
    )
    return Promise.all(
      lines.map(async ({ source, mountPoint, remote }) => {
        const id = (await ids.get(`${source} ${mountPoint}`)) ?? null
        return { name: basename(mountPoint), mountPoint, id, remote }
      }),
    )
  }
  return {
    list,
    async at(path) {
      const real = await realPathOf(path)
      return (await list()).find(({ mountPoint }) => isWithin(real, mountPoint)) ?? null
    },
  }
}

/** Lines such as `/dev/disk4s1 on /Volumes/CARD_1 (msdos, local, nodev)`; the system's own volumes lie elsewhere. */
function mountLines(text: string) {
  return text.split('\n').flatMap((line) => {
    const [, source, mountPoint] = /^(.+) on (\/Volumes\/.+) \([^()]*\)$/.exec(line) ?? []
    if (source === undefined || mountPoint === undefined) return []
    return [{ source, mountPoint, remote: !source.startsWith('/dev/') }]
  })
}

async function diskId(mountPoint: string, runProgram: Run): Promise<string | null> {
  const facts = await runProgram('/usr/sbin/diskutil', ['info', '-plist', mountPoint]).catch(() => '')
  const [, id] = /<key>VolumeUUID<\/key>\s*<string>([^<]+)<\/string>/.exec(facts) ?? []
  return id === undefined ? null : `uuid:${id}`
}
