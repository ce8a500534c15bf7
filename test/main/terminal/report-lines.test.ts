import { describe, expect, it } from 'vitest'
import {
  failureLines,
  outcomeLine,
  preparationLines,
  unreadLines,
} from '../../../src/main/terminal/report-lines.ts'

describe('failures in the terminal', () => {
  it('are told one by one while they are few, and together where a thousand have one reason', () => {
    const denied = { relativePath: 'Shoot/a.jpg', reason: "Can't open a.jpg: permission denied." }
    const refused = Array.from({ length: 1000 }, (_, index) => ({
      relativePath: `Shoot/${index}.jpg`,
      reason: 'The token is wrong.',
    }))
    expect(failureLines([denied, ...refused])).toEqual([
      "FAILED  Shoot/a.jpg: Can't open a.jpg: permission denied.",
      'FAILED  1000 files: The token is wrong.',
      '        Shoot/0.jpg',
      '        Shoot/1.jpg',
      '        Shoot/2.jpg',
      '        … and 997 more',
    ])
  })

  it('of thousands of reasons say how many more there are', () => {
    const lines = failureLines(
      Array.from({ length: 1000 }, (_, index) => ({ relativePath: `${index}.jpg`, reason: `no ${index}` })),
    )
    expect(lines).toHaveLength(21)
    expect(lines.at(-1)).toBe('… and 980 more')
  })

  it('show what a name does to a terminal instead of doing it', () => {
    const name = 'a\u001b[2J\u0007\n\u202egpj.exe 婚礼 💒 👩‍🎨.jpg'
    expect(failureLines([{ relativePath: name, reason: 'gone' }])).toEqual([
      'FAILED  a\\x1b[2J\\x07\\x0a\\u202egpj.exe 婚礼 💒 👩‍🎨.jpg: gone',
    ])
  })

  it('name folders that were not read to their end, the first twenty', () => {
    const lines = unreadLines(Array.from({ length: 22 }, (_, index) => `/cards/${index}`))
    expect(lines).toHaveLength(21)
    expect(lines[0]).toBe('NOT READ  /cards/0: the folder was not read to its end. More files may be in it.')
    expect(lines.at(-1)).toBe('        … and 2 more')
  })

  it('name a path once', () => {
    expect(failureLines([{ relativePath: 'nope', reason: 'No such file or folder: nope' }])).toEqual([
      'FAILED  No such file or folder: nope',
    ])
  })
})

describe('the end of an upload in the terminal', () => {
  const none = { failed: 0, empty: 0, skipped: 0, canceled: 0, removed: 0, unread: 0, unfinished: 0 }
  const outcome = {
    ...none,
    done: 3,
    dropped: 3,
    bytesSent: 206_000_000,
    bytesTotal: 1_200_000_000,
    seconds: 2.04,
  }

  it('says what is stored and what was sent', () => {
    expect(outcomeLine(outcome)).toBe(
      '3 of 3 files are stored on the server. Sent 206 MB of 1.2 GB in 2.0 s.',
    )
    expect(outcomeLine({ ...outcome, done: 0, dropped: 1, failed: 1 })).toMatch(
      /^0 of 1 file is stored on the server\. Not stored: 1 failed\. /,
    )
    const mixed = { failed: 1, empty: 2, skipped: 3, canceled: 4, removed: 5, unread: 0, unfinished: 6 }
    expect(outcomeLine({ ...outcome, ...mixed, dropped: 24 })).toContain(
      '3 of 24 files are stored on the server. Not stored: 1 failed, 2 empty, 3 skipped by your rules, 4 canceled, 5 removed from the list, 6 still to do.',
    )
    expect(outcomeLine({ ...outcome, dropped: 0 })).toBe('No files found. Nothing was uploaded.')
  })

  it('says what was converted, what was not and why, that originals of copies were not uploaded, and what is empty', () => {
    const kept = (reason: 'damaged' | 'raw' | 'hdr') =>
      ({ size: 5, note: { kind: 'original-kept', reason, place: 'may-be-told' } }) as const
    const items = [
      { size: 3_000_000, note: { kind: 'converted', originalSize: 15_000_000 } },
      kept('raw'),
      kept('damaged'),
      kept('damaged'),
      kept('hdr'),
      { size: 7, note: null },
    ] as const
    expect(preparationLines({ items, copies: 1, empty: 1 })).toEqual([
      '1 photo converted: 15.0 MB became 3.0 MB, 12.0 MB saved.',
      '1 copy stored; its original was not uploaded.',
      '3 photos uploaded as originals, without conversion (damaged: 2, HDR: 1).',
      '1 file is empty: the original has 0 bytes. Check it on the card.',
      "4 files uploaded as originals may still contain a GPS location: it can't be removed from them.",
    ])
    expect(preparationLines({ items: [{ size: 7, note: null }], copies: 0, empty: 0 })).toEqual([])
  })
})
