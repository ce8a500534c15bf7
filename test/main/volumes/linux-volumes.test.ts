import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { linuxVolumes } from '../../../src/main/volumes/linux-volumes.ts'
import { canMount, makeImage, mountImage, mountMemory, moveMount, pullOut } from '../../mounts.ts'
import { temporaryFolder } from '../../temporary-folder.ts'

const volumes = linuxVolumes({ fixedPaths: [] })

describe.runIf(canMount)('a volume on Linux', () => {
  it('is found by any path on it, and not any more once it was pulled out', async () => {
    const place = mountMemory(join(temporaryFolder(), 'media', 'My card'))
    mkdirSync(join(place, 'DCIM'))
    const card = await volumes.at(join(place, 'DCIM'))
    expect(card).toMatchObject({ name: 'My card', mountPoint: place, remote: false })
    expect(await volumes.at(`${place} and more`)).not.toMatchObject({ mountPoint: place })
    expect(await volumes.list()).toContainEqual(card)
    pullOut(place)
    expect((await volumes.at(place))?.mountPoint).not.toBe(place)
    expect((await volumes.list()).map(({ mountPoint }) => mountPoint)).not.toContain(place)
  })

  it('keeps its id at another path, and another one at the same path has another', async () => {
    const folder = temporaryFolder()
    const [place, elsewhere] = [join(folder, 'CARD'), join(folder, 'CARD 1')]
    const first = await volumes.at(mountMemory(place))
    moveMount(place, elsewhere)
    const moved = await volumes.at(elsewhere)
    expect(moved).toMatchObject({ name: 'CARD 1', mountPoint: elsewhere, id: first?.id })
    expect(moved?.id).toEqual(expect.any(String))
    expect((await volumes.at(mountMemory(place)))?.id).not.toBe(first?.id)
  })

  it('in an image has the same id after it was pulled out and connected again', async () => {
    const folder = temporaryFolder()
    const image = makeImage(join(folder, 'card.img'), 'CARD_1')
    mountImage(image, join(folder, 'a'))
    const first = await volumes.at(join(folder, 'a'))
    pullOut(join(folder, 'a'))
    mountImage(image, join(folder, 'b'))
    const second = await volumes.at(join(folder, 'b'))
    expect(first?.id).toEqual(expect.any(String))
    expect(second?.id).toBe(first?.id)
    // Without udev a volume is known by the second in which it was formatted.
    await wait(1000 - (Date.now() % 1000) + 50)
    const other = makeImage(join(folder, 'other.img'), 'CARD_1')
    mountImage(other, join(folder, 'c'))
    expect((await volumes.at(join(folder, 'c')))?.id).not.toBe(first?.id)
  })

  it('has the id and the label that udev knows, unless a camera wrote zeros', async () => {
    const folder = temporaryFolder()
    const place = join(folder, 'mounted')
    const device = mountImage(makeImage(join(folder, 'card.img'), 'x'), place)
    const link = (kind: string, name: string) => {
      mkdirSync(join(folder, kind), { recursive: true })
      symlinkSync(device, join(folder, kind, name))
    }
    link('ids', '6A3B-1C2D')
    link('labels', 'NIKON\\x20Z9')
    link('zeros', '0000-0000')
    const known = { fixedPaths: [], idFolder: join(folder, 'ids'), labelFolder: join(folder, 'labels') }
    expect(await linuxVolumes(known).at(place)).toMatchObject({ name: 'NIKON Z9', id: 'uuid:6A3B-1C2D' })
    const zeros = linuxVolumes({ ...known, idFolder: join(folder, 'zeros') })
    expect((await zeros.at(place))?.id).toMatch(/^made:/)
  })

  it('is left out where it holds the system or a path that is never gone', async () => {
    const place = mountMemory(join(temporaryFolder(), 'home'))
    writeFileSync(join(place, 'a.jpg'), 'x')
    const home = linuxVolumes({ fixedPaths: [place] })
    expect(await home.at(join(place, 'a.jpg'))).toBe(null)
    expect(await home.at('/')).toBe(null)
    const places = (await home.list()).map(({ mountPoint }) => mountPoint)
    for (const never of ['/', '/proc', '/sys', place]) expect(places).not.toContain(never)
  })
})
