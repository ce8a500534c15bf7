/** What a file system's times and numbers are worth: whose clock writes them, and whether they survive. */
import { statfs } from 'node:fs/promises'

export interface FileSystemTraits {
  /** Whether this machine's own clock writes the times of its files. */
  readonly isOwnClock: boolean
  /** Whether what it says of a file may be some seconds old, unless the file is opened. */
  readonly isCached: boolean
  /** Whether change times and inode numbers are kept, rather than made up each time a file is looked up. */
  readonly keeps: { readonly ctime: boolean; readonly inode: boolean }
}

/** Says what the file system of a file is worth. @param dev number of its device, as `lstat` names it */
export type LookUpFileSystem = (path: string, dev: bigint) => Promise<FileSystemTraits>

const local: FileSystemTraits = { isOwnClock: true, isCached: false, keeps: { ctime: true, inode: true } }
/** Memory cards: an inode number lasts as long as the file is in the kernel's cache. */
const card: FileSystemTraits = { isOwnClock: true, isCached: false, keeps: { ctime: true, inode: false } }
const remote: FileSystemTraits = { isOwnClock: false, isCached: true, keeps: { ctime: true, inode: true } }
const remoteWithoutInodes: FileSystemTraits = { ...remote, keeps: { ctime: true, inode: false } }
/** Size and modification time are all that anything of it can be relied upon for. */
const doubtful: FileSystemTraits = { ...remote, keeps: { ctime: false, inode: false } }

/** Linux: the type that statfs answers (see statfs(2)) -> its traits; any other is a local disk. */
const linuxTypes: ReadonlyMap<number, FileSystemTraits> = new Map([
  [0x00004d44, card], // FAT
  [0x2011bab0, card], // exFAT
  [0x00006969, remote], // NFS
  [0x00c36400, remote], // Ceph
  [0x01021997, remote], // 9P, shared folders of virtual machines
  [0x0bd00bd0, remote], // Lustre
  [0x01161970, remote], // GFS2
  [0x7461636f, remote], // OCFS2
  [0x47504653, remote], // GPFS
  [0x5346414f, remote], // AFS
  [0x6b414653, remote], // kAFS
  [0x73757245, remote], // Coda
  [0x0000517b, remoteWithoutInodes], // SMB
  [0xff534d42, remoteWithoutInodes], // CIFS
  [0xfe534d42, remoteWithoutInodes], // SMB 2 and 3
  [0x786f4256, remoteWithoutInodes], // VirtualBox shared folders
  [0xbacbacbc, remoteWithoutInodes], // VMware shared folders
  [0x65735546, doubtful], // FUSE: cameras over MTP, clouds, sshfs, some local disks
])

/** The traits of a Linux file system. @param type as statfs answers it */
export function linuxTraits(type: number): FileSystemTraits {
  return linuxTypes.get(type >>> 0) ?? local
}

interface Known {
  readonly traits: Promise<FileSystemTraits>
  readonly atMs: number
}

/** A number may come to mean another device once one was ejected. */
const knownForMs = 30_000
const mostKnown = 64
const known = new Map<bigint, Known>()

/** Asks the system once for each device within half a minute. Never rejects. */
export const lookUpFileSystem: LookUpFileSystem = (path, dev) => {
  const nowMs = Date.now()
  const earlier = known.get(dev)
  if (earlier && Math.abs(nowMs - earlier.atMs) < knownForMs) return earlier.traits
  if (known.size >= mostKnown) known.clear()
  const traits = ask(path).catch(() => doubtful)
  known.set(dev, { traits, atMs: nowMs })
  return traits
}

async function ask(path: string): Promise<FileSystemTraits> {
  // Windows doesn't say whether a drive is a share; its times and file numbers hold on either, and asking opens the file.
  if (process.platform === 'win32') return { ...remote, isCached: false }
  const { type } = await statfs(path)
  if (process.platform === 'linux') return linuxTraits(type)
  // The other systems number their types as they load them: only that of the start disk is known to be local.
  return type === (await statfs('/')).type ? local : doubtful
}
