/** Ejects a volume by the system's own means: what it has not written is written, and nothing can be taken out too early. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { UploadError } from '../../shared/protocol/errors.ts'
import type { Volume, Volumes } from './volume.ts'

/** Runs a program; rejects with an error that has its `stderr`, and the code `ENOENT` where there is no such program. */
export type RunProgram = (program: string, args: readonly string[]) => Promise<unknown>

const runTimeoutMs = 60_000
/** How long the system may take until the volume is off its list. */
const goneMs = 10_000
const lookEveryMs = 200

const run: RunProgram = (program, args) => promisify(execFile)(program, [...args], { timeout: runTimeoutMs })

interface Way {
  readonly program: string
  readonly args: readonly string[]
}

/** Tried one after the other, until one is there. */
function waysFor(platform: NodeJS.Platform, { mountPoint }: Volume, device: string | null): readonly Way[] {
  if (platform === 'darwin') return [{ program: '/usr/sbin/diskutil', args: ['eject', mountPoint] }]
  if (platform === 'win32') {
    // The verb of the file manager; the letter stands in an argument of its own, never in the script.
    const script =
      '(New-Object -ComObject Shell.Application).NameSpace(17).ParseName($args[0]).InvokeVerb("Eject")'
    const drive = mountPoint.slice(0, 2)
    return [
      {
        program: 'powershell.exe',
        args: ['-NoProfile', '-NonInteractive', '-Command', `& {${script}} ${drive}`],
      },
    ]
  }
  // As the desktop does it, without a password; where nothing of the desktop runs, as root.
  const desktop = device
    ? [{ program: 'udisksctl', args: ['unmount', '--no-user-interaction', '-b', device] }]
    : []
  return [...desktop, { program: 'umount', args: ['--', mountPoint] }]
}

export interface EjectOptions {
  readonly volumes: Pick<Volumes, 'list'>
  /** Path of the device that is mounted there, Linux only; null where it has none. */
  readonly device?: string | null
  readonly platform?: NodeJS.Platform
  readonly runProgram?: RunProgram
}

/**
 * Fulfils once the volume is no longer there.
 * @throws UploadError `bad-request`, which says what stands in the way
 */
export async function ejectVolume(
  volume: Volume,
  { volumes, device = null, platform = process.platform, runProgram = run }: EjectOptions,
): Promise<void> {
  const failures: unknown[] = []
  for (const { program, args } of waysFor(platform, volume, device)) {
    const failure = await runProgram(program, args).then(
      () => null,
      (thrown: unknown) => thrown,
    )
    if (failure === null) return untilGone(volume, volumes)
    failures.push(failure)
  }
  throw notEjected(volume, failures)
}

async function untilGone(volume: Volume, volumes: EjectOptions['volumes']): Promise<void> {
  for (const untilMs = performance.now() + goneMs; performance.now() < untilMs; ) {
    const left = await volumes.list()
    if (!left.some(({ mountPoint }) => mountPoint === volume.mountPoint)) return
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs))
  }
  throw notEjected(volume, [new Error('busy')])
}

/** In the words of each system's program. */
const busyTexts = /busy|in use|dissented|being used/i
const deniedTexts = /not authorized|permission denied|must be superuser|not permitted/i

function notEjected({ name }: Volume, causes: readonly unknown[]): UploadError {
  const text = causes.map(textOf).join(' ')
  const reason = busyTexts.test(text) ? 'busy' : deniedTexts.test(text) ? 'denied' : 'other'
  const sentences = {
    busy: `${name} is still in use. Close what has files of it open, then eject it again.`,
    denied: `Ejecting ${name} is not permitted. Eject it in your file manager.`,
    other: `Can't eject ${name}. Eject it in your file manager.`,
  }
  return new UploadError('bad-request', sentences[reason], {
    cause: causes,
    facts: { kind: 'not-ejected', name, reason },
  })
}

function textOf(thrown: unknown): string {
  const stderr = thrown instanceof Error && 'stderr' in thrown ? String(thrown.stderr) : ''
  return `${stderr} ${thrown instanceof Error ? thrown.message : String(thrown)}`
}
