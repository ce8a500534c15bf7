/** The volumes of Linux: the kernel's list of mounts, with the ids and labels that udev keeps as links. Starts no program. */
import { access, readdir, readFile, realpath, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { isWithin, realPathOf } from './paths.ts'
import type { Volume, Volumes } from './volume.ts'

export interface LinuxVolumesOptions {
  /** Absolute paths whose volumes are left out, besides the system's. */
  readonly fixedPaths: readonly string[]
  /** Folder of links to devices, named after the ids of their volumes. */
  readonly idFolder?: string
  /** The same, named after labels. */
  readonly labelFolder?: string
}

interface Mount {
  readonly mountPoint: string
  /** Major and minor number of the device, such as `8:17`; the first is 0 where there is no device. */
  readonly device: string
  readonly type: string
  /** The device's path or the share's address. */
  readonly source: string
  /** Which folder of the volume is mounted. */
  readonly folder: string
}

/** Where nobody keeps photos. */
const pseudoTypes = new Set(
  'autofs binfmt_misc bpf cgroup cgroup2 configfs debugfs devpts devtmpfs efivarfs fusectl hugetlbfs mqueue nsfs proc pstore ramfs rpc_pipefs securityfs squashfs sysfs tracefs'.split(
    ' ',
  ),
)
const networkTypes = new Set('9p afs ceph cifs ncpfs nfs nfs4 smb3 smbfs virtiofs'.split(' '))
/** Some cameras write zeros where the id of a card belongs. */
const emptyId = /^[0-]+$/

export function linuxVolumes({
  fixedPaths,
  idFolder = '/dev/disk/by-uuid',
  labelFolder = '/dev/disk/by-label',
}: LinuxVolumesOptions): Volumes {
  const describe = async (mount: Mount): Promise<Volume> => {
    const remote = isRemote(mount)
    const [id, label] = await Promise.all([
      remote ? `share:${mount.source}${mount.folder}` : idOf(mount, idFolder),
      remote ? null : linkNameFor(mount.source, labelFolder),
    ])
    const { mountPoint, source } = mount
    const device = source.startsWith('/dev/') ? { device: source } : {}
    return { name: label ?? basename(mountPoint), mountPoint, id, remote, ...device }
  }
  const connected = async () => {
    const mounts = await readMounts()
    const fixedPlaces = await Promise.all(['/', ...fixedPaths].map(realPathOf))
    const fixed = new Set(fixedPlaces.map((path) => mountAt(path, mounts)))
    return { mounts, isFixed: (mount: Mount) => fixed.has(mount) || pseudoTypes.has(mount.type) }
  }
  return {
    async at(path) {
      const real = await realPathOf(path)
      let { mounts, isFixed } = await connected()
      let mount = mountAt(real, mounts)
      if (mount?.type === 'autofs') {
        // Mounted by the first program that goes there, and unmounted while nobody does.
        await access(`${real}/.`).catch(() => undefined)
        ;({ mounts, isFixed } = await connected())
        mount = mountAt(real, mounts)
      }
      return mount === undefined || isFixed(mount) ? null : describe(mount)
    },
    async list() {
      const { mounts, isFixed } = await connected()
      return Promise.all(mounts.filter((mount) => !isFixed(mount)).map(describe))
    },
  }
}

/** All mounts whose devices are still there; a later one hides what was mounted at the same place before. */
async function readMounts(): Promise<Mount[]> {
  const lines = (await readFile('/proc/self/mountinfo', 'utf8').catch(() => '')).split('\n').filter(Boolean)
  const byPlace = new Map(lines.map(parseMount).map((mount) => [mount.mountPoint, mount]))
  const mounts = await Promise.all(
    [...byPlace.values()].map(async (mount) => ((await isPluggedIn(mount)) ? [mount] : [])),
  )
  return mounts.flat()
}

/** One line of mountinfo, as proc_pid_mountinfo(5) has it: the part after the dash follows a varying number of fields. */
function parseMount(line: string): Mount {
  const [place = '', file = ''] = line.split(' - ')
  const [, , device = '', folder = '', mountPoint = ''] = place.split(' ')
  const [type = '', source = ''] = file.split(' ')
  return { device, folder: decode(folder), mountPoint: decode(mountPoint), type, source: decode(source) }
}

/** Spaces and the like are written as backslash and three octal digits. */
function decode(text: string): string {
  return text.replace(/\\(\d{3})/g, (_, digits) => String.fromCharCode(Number.parseInt(digits, 8)))
}

/** A drive that was pulled out stays mounted for a while; its device is gone at once. */
async function isPluggedIn({ device }: Mount): Promise<boolean> {
  if (device.startsWith('0:')) return true
  return access(`/sys/dev/block/${device}`).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== 'ENOENT',
  )
}

function mountAt(path: string, mounts: readonly Mount[]): Mount | undefined {
  return mounts
    .filter(({ mountPoint }) => isWithin(path, mountPoint))
    .reduce<Mount | undefined>(
      (longest, mount) => (mount.mountPoint.length > (longest?.mountPoint.length ?? 0) ? mount : longest),
      undefined,
    )
}

function isRemote({ type }: Mount): boolean {
  return networkTypes.has(type) || (type.startsWith('fuse.') && type !== 'fuse.exfat')
}

/** The id in the file system; where udev gives none, the moment at which its top folder was made, to the nanosecond. */
async function idOf({ source, mountPoint, folder }: Mount, idFolder: string): Promise<string | null> {
  const id = source.startsWith('/dev/') ? await linkNameFor(source, idFolder) : null
  if (id !== null && !emptyId.test(id)) return `uuid:${id}${folder === '/' ? '' : folder}`
  const top = await stat(mountPoint, { bigint: true }).catch(() => null)
  return top && top.birthtimeNs > 0n ? `made:${top.birthtimeNs}:${top.ino}` : null
}

/** The name of the link in a folder of udev that leads to a device; null where there is none. */
async function linkNameFor(device: string, folder: string): Promise<string | null> {
  if (!device.startsWith('/dev/')) return null
  const target = await realPathOf(device)
  for (const name of await readdir(folder).catch(() => [])) {
    const leadsTo = await realpath(join(folder, name)).catch(() => null)
    // udev writes spaces and the like as \x20.
    if (leadsTo === target) return name.replace(/\\x([0-9a-f]{2})/gi, (_, hex) => hexCharacter(hex))
  }
  return null
}

function hexCharacter(hex: string): string {
  return String.fromCharCode(Number.parseInt(hex, 16))
}
