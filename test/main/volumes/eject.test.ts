/** Ejecting asks each system in its own words, and turns its answers into sentences. */
import { describe, expect, it } from 'vitest'
import { ejectVolume, type RunProgram } from '../../../src/main/volumes/eject.ts'
import type { Volume } from '../../../src/main/volumes/volume.ts'

function scene(
  platform: NodeJS.Platform,
  mountPoint: string,
  answers: Readonly<Record<string, string | null>>,
) {
  const volume: Volume = { name: 'EOS_DIGITAL', mountPoint, id: 'uuid:1', remote: false }
  let connected = [volume]
  const ran: string[] = []
  const runProgram: RunProgram = async (program, args) => {
    ran.push([program, ...args].join(' '))
    const stderr = answers[program]
    if (stderr === undefined) throw Object.assign(new Error(`spawn ${program} ENOENT`), { code: 'ENOENT' })
    if (stderr !== null) throw Object.assign(new Error('Command failed'), { stderr })
    connected = []
  }
  const volumes = { list: async () => connected }
  const eject = () => ejectVolume(volume, { platform, device: '/dev/sdb1', volumes, runProgram })
  return { eject, ran }
}

const refusal = (reason: string) => ({
  code: 'bad-request',
  facts: { kind: 'not-ejected', name: 'EOS_DIGITAL', reason },
})

describe('ejecting a card', () => {
  it('asks the desktop on Linux, and unmounts where there is none', async () => {
    const desktop = scene('linux', '/media/me/EOS_DIGITAL', { udisksctl: null })
    await desktop.eject()
    expect(desktop.ran).toEqual(['udisksctl unmount --no-user-interaction -b /dev/sdb1'])
    const bare = scene('linux', '/mnt/card', { umount: null })
    await bare.eject()
    expect(bare.ran.at(-1)).toBe('umount -- /mnt/card')
  })

  it('asks diskutil on macOS, and the file manager on Windows', async () => {
    const mac = scene('darwin', '/Volumes/EOS_DIGITAL', { '/usr/sbin/diskutil': null })
    await mac.eject()
    expect(mac.ran).toEqual(['/usr/sbin/diskutil eject /Volumes/EOS_DIGITAL'])
    const windows = scene('win32', 'E:\\', { 'powershell.exe': null })
    await windows.eject()
    expect(windows.ran[0]).toMatch(/InvokeVerb\("Eject"\)} E:$/)
  })

  it.each([
    [
      'linux',
      {
        udisksctl: 'Error unmounting /dev/sdb1: target is busy',
        umount: 'umount: must be superuser to unmount',
      },
      'busy',
    ],
    [
      'linux',
      { udisksctl: 'Not authorized to perform operation', umount: 'umount: must be superuser to unmount' },
      'denied',
    ],
    ['darwin', { '/usr/sbin/diskutil': 'Unmount was dissented by PID 77 (Preview)' }, 'busy'],
    ['linux', { umount: 'umount: /mnt/card: not mounted.' }, 'other'],
  ] as const)('on %s says what stands in the way: %o', async (platform, answers, reason) => {
    await expect(scene(platform, '/Volumes/EOS_DIGITAL', answers).eject()).rejects.toMatchObject(
      refusal(reason),
    )
  })
})
