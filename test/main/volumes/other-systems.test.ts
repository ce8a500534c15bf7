import { describe, expect, it } from 'vitest'
import { macVolumes } from '../../../src/main/volumes/mac-volumes.ts'
import { windowsVolumes } from '../../../src/main/volumes/windows-volumes.ts'

describe('a volume on macOS', () => {
  const mounts = `/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)
/dev/disk3s5 on /System/Volumes/Data (apfs, local, journaled, nobrowse)
/dev/disk4s1 on /Volumes/NIKON Z9 (1) (exfat, local, nodev, nosuid, noowners)
//me@nas._smb._tcp.local/photos on /Volumes/photos (smbfs, nodev, nosuid, mounted by me)
`
  const plist = `<key>VolumeName</key>
	<string>NIKON Z9</string>
	<key>VolumeUUID</key>
	<string>5C0F4B4A-1D2E-3F40-8A6B-7C8D9E0F1A2B</string>`
  const printed: Record<string, string> = { '/sbin/mount': mounts, '/usr/sbin/diskutil': plist }

  it('is one below /Volumes, with the id of diskutil or the address of its share', async () => {
    const volumes = macVolumes(async (program) => printed[program] ?? '')
    expect(await volumes.list()).toEqual([
      {
        name: 'NIKON Z9 (1)',
        mountPoint: '/Volumes/NIKON Z9 (1)',
        id: 'uuid:5C0F4B4A-1D2E-3F40-8A6B-7C8D9E0F1A2B',
        remote: false,
      },
      {
        name: 'photos',
        mountPoint: '/Volumes/photos',
        id: 'share://me@nas._smb._tcp.local/photos',
        remote: true,
      },
    ])
    expect((await volumes.at('/Volumes/photos/2024/a.jpg'))?.name).toBe('photos')
    expect(await volumes.at('/Users/me/Pictures')).toBe(null)
  })

  it('has no id where diskutil gives none', async () => {
    const volumes = macVolumes(async (program) => (program === '/sbin/mount' ? mounts : ''))
    expect((await volumes.at('/Volumes/NIKON Z9 (1)/DCIM'))?.id).toBe(null)
  })
})

describe('a volume on Windows', () => {
  const serials: Record<string, number> = { 'C:\\': 1, 'E:\\': 0x6a3b1c2d, 'F:\\': 0, '\\\\NAS\\photos\\': 7 }
  const volumes = windowsVolumes(['c:\\Users\\me'], async (root) => serials[root] ?? null)

  it('is a drive letter with its serial number, or a share with its address', async () => {
    expect(await volumes.at('e:\\DCIM\\a.jpg')).toEqual({
      name: 'E:',
      mountPoint: 'E:\\',
      id: `serial:${0x6a3b1c2d}`,
      remote: false,
    })
    expect(await volumes.at('\\\\NAS\\photos\\2024\\a.jpg')).toMatchObject({
      name: 'NAS\\photos',
      id: 'share:\\\\nas\\photos\\',
      remote: true,
    })
    expect((await volumes.list()).map(({ name, id }) => [name, id])).toEqual([
      ['E:', `serial:${0x6a3b1c2d}`],
      ['F:', null],
    ])
  })

  it('is none where nothing answers, nor where the home folder is', async () => {
    expect(await volumes.at('G:\\DCIM')).toBe(null)
    expect(await volumes.at('C:\\Users\\me\\Pictures')).toBe(null)
  })
})
