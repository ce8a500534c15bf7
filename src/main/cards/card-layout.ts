/** Whether a volume is a memory card: by the folders that cameras make at its top. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Folders at the top of a card, in lower case. DCIM is the rule for still cameras (DCF, CIPA DC-009, section 3); the others
 * are those of video cameras: AVCHD and XAVC (below PRIVATE), XDCAM, P2 and XF (CONTENTS), XDCAM EX (BPAV), Sony's XAVC on
 * cards without PRIVATE (M4ROOT).
 */
const layouts = [
  'dcim',
  'private/avchd',
  'private/m4root',
  'm4root',
  'xdroot',
  'contents/clip',
  'contents/clips001',
  'bpav',
]

/** Magazines of RED and ARRI name their folders after the reel. */
const reels = /\.(rdm|rdc)$|^arrimag$/

/** @param top absolute path of the volume's top folder */
export async function isCard(top: string): Promise<boolean> {
  const names = await namesIn(top)
  if (names.some((name) => layouts.includes(name) || reels.test(name))) return true
  for (const above of ['private', 'contents']) {
    const spelt = (await spellings(top)).find((name) => name.toLowerCase() === above)
    if (spelt === undefined) continue
    const inside = await namesIn(join(top, spelt))
    if (inside.some((name) => layouts.includes(`${above}/${name}`))) return true
  }
  return false
}

/** In lower case: FAT keeps names in capitals, some readers show them small. */
async function namesIn(folder: string): Promise<string[]> {
  return (await spellings(folder)).map((name) => name.toLowerCase())
}

async function spellings(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
}
