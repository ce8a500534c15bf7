/** Drops that nobody finishes: their page went away, or the host did. */
import { describe, expect, it, vi } from 'vitest'
import { expectValue, openPage, openScene, type Page } from './page-client.ts'

async function begin(from: Page): Promise<string> {
  return expectValue<{ dropId: string }>(await from.command('staging.begin', { name: 'Wedding', files: 1 }))
    .dropId
}

describe('a drop whose page is gone', () => {
  it('is closed after a while; one whose page is there stays open', async () => {
    await using other = await openScene({ dropIdleMs: 50 })
    const [leaving, staying] = [await openPage(other), await openPage(other)]
    const [left, kept] = [await begin(leaving), await begin(staying)]
    leaving.socket.close()
    await vi.waitFor(() => expect(other.ferry.staged.get(left)?.closed).toBe(true))
    expect(other.ferry.staged.get(kept)?.closed).toBe(false)
    expect(other.reported).toEqual([])
  })

  it('is closed when the host is', async () => {
    const other = await openScene()
    const left = await begin(await openPage(other))
    await other[Symbol.asyncDispose]()
    expect(other.ferry.staged.get(left)?.closed).toBe(true)
  })
})
