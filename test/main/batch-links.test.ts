/** Links to the stored files of a batch, made by a real server. */
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { commonFolder } from '../../src/main/client/batch-links.ts'
import { serve } from '../crossing/programs.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { openTestClient, writeFiles } from './a-client.ts'

async function openScene() {
  const folder = temporaryFolder()
  const server = await serve(join(folder, 'data'))
  const { client } = await openTestClient(join(folder, 'state'), server)
  return { folder, client }
}

describe('the link of a batch', () => {
  it('opens the folder of its files for anybody, and nothing beside it', async () => {
    const { folder, client } = await openScene()
    writeFiles(join(folder, 'Wedding'), { 'church/a.jpg': 3, 'party/b.jpg': 5 })
    writeFiles(join(folder, 'Other'), { 'c.jpg': 5 })
    const [batchId = ''] = await client.intake.addPaths([join(folder, 'Wedding')])
    await client.intake.addPaths([join(folder, 'Other')])
    await client.whenIdle()
    const link = await client.batchLinks.make(batchId, 7)
    expect(link.path).toBe('Wedding')
    const page = await (await fetch(link.url)).text()
    expect(page).toContain('church')
    expect(page).toContain('party')
    expect(page).not.toContain('Other')
    expect(await (await fetch(new URL('f/church/a.jpg', link.url))).text()).toHaveLength(3)
  })

  it('opens the file itself where there is one', async () => {
    const { folder, client } = await openScene()
    writeFiles(folder, { 'Größe 100 %.jpg': 4 })
    const [batchId = ''] = await client.intake.addPaths([join(folder, 'Größe 100 %.jpg')])
    await client.whenIdle()
    const { url, path } = await client.batchLinks.make(batchId, 1)
    expect(path).toBe('Größe 100 %.jpg')
    expect((await fetch(url)).ok).toBe(true)
  })

  it('is refused where it would open the whole library, and where nothing is stored', async () => {
    const { folder, client } = await openScene()
    writeFiles(folder, { 'a.jpg': 3, 'b.jpg': 4 })
    const [batchId = ''] = await client.intake.addPaths([join(folder, 'a.jpg'), join(folder, 'b.jpg')])
    await client.whenIdle()
    await expect(client.batchLinks.make(batchId, 1)).rejects.toMatchObject({
      code: 'bad-request',
      info: { facts: { kind: 'batch-without-folder' } },
    })
    await expect(client.batchLinks.make('no-such-batch', 1)).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('the folder that paths have in common', () => {
  it.each([
    [['a/b/1.jpg', 'a/b/2.jpg'], 'a/b'],
    [['a/b/1.jpg', 'a/bc/2.jpg'], 'a'],
    [['a/1.jpg', 'a/b/c/2.jpg'], 'a'],
    [['1.jpg', 'a/2.jpg'], ''],
    [['a/b/1.jpg', 'c/b/2.jpg'], ''],
  ])('of %j is %j', (paths, folder) => {
    expect(commonFolder(paths)).toBe(folder)
  })
})
