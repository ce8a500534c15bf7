/** Two shoots as they come off a wedding photographer's cards, for pictures of the window: painted photos, RAW files with previews, clips. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import sharp from 'sharp'
import { seeded, writeRandomFile } from '../crossing/photo-folder.ts'
import { rawBuilders } from '../main/images/raw-files.ts'
import { paintPhoto } from './paint-photo.ts'

/** A RAW file whose preview is the painted photo, as large as a small camera's. */
async function writeRaw(path: string, photo: string, bytes: number): Promise<void> {
  mkdirSync(dirname(path), { recursive: true })
  const large = readFileSync(photo)
  const small = await sharp(large).resize(160, 120).jpeg().toBuffer()
  const raw = rawBuilders.cr3({ large, small, orientation: 1 })
  writeFileSync(path, Buffer.concat([raw, Buffer.alloc(Math.max(0, bytes - raw.length), 0x5a)]))
}

/** @param home gets a folder `Pictures` and one `Documents` */
export async function makeShoots(home: string): Promise<{ wedding: string; portraits: string }> {
  const random = seeded(2026)
  const wedding = join(home, 'Pictures', 'Li & Wang Wedding')
  const portraits = join(home, 'Pictures', 'Anna portraits')
  for (let nth = 0; nth < 8; nth++) {
    const photo = join(wedding, 'ceremony', `IMG_${4211 + nth}.JPG`)
    await paintPhoto(photo, nth)
    const bytes = Math.round((2 + random() * 2) * 1e6)
    await writeRaw(join(wedding, 'ceremony', `IMG_${4211 + nth}.CR3`), photo, bytes)
  }
  for (const name of ['DJI_0042 first dance, from above.MP4', 'C0017.MOV']) {
    writeRandomFile(join(wedding, 'reception', name), Math.round(6e6 + random() * 4e6), random)
  }
  for (let nth = 0; nth < 5; nth++) await paintPhoto(join(portraits, `DSC0${1180 + nth}.jpg`), 20 + nth)
  mkdirSync(join(home, 'Documents'), { recursive: true })
  mkdirSync(join(home, 'Pictures', 'Contact sheets'), { recursive: true })
  return { wedding, portraits }
}
