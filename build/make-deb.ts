/** Makes a Debian package of the packaged app, by dpkg-deb alone: electron-builder's own way fetches its tools from GitHub. */
import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url))
const { version, description } = JSON.parse(readFileSync(here('../package.json'), 'utf8')) as Record<
  'version' | 'description',
  string
>

const iconSizes = [16, 32, 48, 64, 128, 256, 512]
/** Debian's names for what Chromium loads; those that were renamed for 64-bit times under both. */
const depends = [
  'libasound2t64 | libasound2',
  'libatk-bridge2.0-0t64 | libatk-bridge2.0-0',
  'libatspi2.0-0t64 | libatspi2.0-0',
  'libcups2t64 | libcups2',
  'libdrm2',
  'libgbm1',
  'libgtk-3-0t64 | libgtk-3-0',
  'libnotify4',
  'libnss3',
  'libxkbcommon0',
  'xdg-utils',
]

/** %F: the files and folders that the person opens with it. */
const desktopEntry = `[Desktop Entry]
Type=Application
Name=PhotoFerry
Comment=Upload photos, every file whole and provably identical
Comment[zh_CN]=上传照片，每个文件都完整无误
Exec=photoferry %F
Icon=photoferry
Terminal=false
Categories=Graphics;Photography;
MimeType=inode/directory;
StartupWMClass=photoferry
`

export function canMakeDeb(): boolean {
  return spawnSync('dpkg-deb', ['--version']).status === 0
}

/**
 * @param unpacked the folder that electron-builder filled
 * @param output the folder for the package
 * @returns absolute path of the package
 */
export async function makeDeb(unpacked: string, output: string): Promise<string> {
  const arch = process.arch === 'x64' ? 'amd64' : process.arch
  const tree = mkdtempSync(join(tmpdir(), 'photoferry-deb-'))
  try {
    await fill(tree, unpacked, arch)
    const file = join(output, `photoferry_${version}_${arch}.deb`)
    execFileSync('dpkg-deb', ['--root-owner-group', '-Zzstd', '--build', tree, file], { stdio: 'ignore' })
    return file
  } finally {
    rmSync(tree, { recursive: true })
  }
}

async function fill(tree: string, unpacked: string, arch: string): Promise<void> {
  chmodSync(tree, 0o755)
  // Whoever packages may keep new files to themselves; those in a package are everybody's.
  process.umask(0o022)
  const folder = join(tree, 'opt', 'PhotoFerry')
  mkdirSync(folder, { recursive: true })
  cpSync(unpacked, folder, { recursive: true })
  // Where the system gives users no namespaces, Chromium builds its sandbox with this program, which must be root's.
  chmodSync(join(folder, 'chrome-sandbox'), 0o4755)
  mkdirSync(join(tree, 'usr', 'bin'), { recursive: true })
  symlinkSync('/opt/PhotoFerry/photoferry', join(tree, 'usr', 'bin', 'photoferry'))
  write(join(tree, 'usr', 'share', 'applications', 'photoferry.desktop'), desktopEntry)
  for (const size of iconSizes) {
    const icon = await sharp(here('icon.svg'), { density: (72 * size) / 1024 })
      .resize(size, size)
      .png()
      .toBuffer()
    write(join(tree, 'usr', 'share', 'icons', 'hicolor', `${size}x${size}`, 'apps', 'photoferry.png'), icon)
  }
  const kibibytes = Number(execFileSync('du', ['-sk', tree], { encoding: 'utf8' }).split('\t')[0])
  write(join(tree, 'DEBIAN', 'control'), controlFile(arch, kibibytes))
}

/** Debian Policy, chapter 5. */
function controlFile(arch: string, kibibytes: number): string {
  return `Package: photoferry
Version: ${version}
Architecture: ${arch}
Maintainer: The PhotoFerry developers <photoferry@localhost>
Installed-Size: ${kibibytes}
Depends: ${depends.join(', ')}
Section: graphics
Priority: optional
Description: upload manager for photographers
 ${description}
`
}

function write(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
}
