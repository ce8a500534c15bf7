import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Inbox } from '../../../src/main/intake/inbox.ts'
import { temporaryFolder } from '../../temporary-folder.ts'

/** An inbox with one drop of two copies, and an original beside the state folder. */
function filled() {
  const folder = temporaryFolder()
  const state = join(folder, 'state')
  const inbox = new Inbox(state)
  const drop = inbox.open('batch')
  const copies = ['a.jpg', 'b.jpg'].map((name) => join(drop, name))
  const original = join(folder, 'original.jpg')
  for (const path of [...copies, original]) writeFileSync(path, 'pixels')
  const [one = '', other = ''] = copies
  return { folder, state, inbox, drop, one, other, original }
}

describe('the inbox', () => {
  it('deletes a copy that is released, and its folder with the last one', () => {
    const { state, inbox, drop, one, other } = filled()
    inbox.release(one)
    expect(readdirSync(drop)).toEqual(['b.jpg'])
    inbox.release(other)
    expect(readdirSync(join(state, 'staging'))).toEqual([])
  })

  it('never touches anything outside, whatever it is told to release', () => {
    const { folder, state, inbox, original } = filled()
    const settings = join(state, 'settings.json')
    writeFileSync(settings, '{}')
    mkdirSync(join(state, 'staging-of-others'))
    const beside = join(state, 'staging-of-others', 'x.jpg')
    writeFileSync(beside, 'theirs')
    for (const path of [original, settings, beside, folder, state, join(state, 'staging')]) {
      inbox.release(path)
      expect(existsSync(path)).toBe(true)
    }
  })

  it('keeps what an item needs, deletes copies that no item needs any more, and lists those that no item names', () => {
    const { inbox, drop, one, other } = filled()
    inbox.sweep({ named: new Set([one, other]), needed: new Set([one]) })
    expect(readdirSync(drop)).toEqual(['a.jpg'])
    inbox.sweep({ named: new Set([one]), needed: new Set() })
    expect(existsSync(drop)).toBe(false)
  })
})
