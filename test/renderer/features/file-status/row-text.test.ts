/** What a row says about its file. */
import { describe, expect, it } from 'vitest'
import { rowLabel, rowStallText, rowText } from '../../../../src/renderer/features/file-status/row-text.ts'
import { formatClock } from '../../../../src/renderer/text/format.ts'
import type { ItemRow } from '../../../../src/shared/feed.ts'
import { type ErrorCode, failureKinds } from '../../../../src/shared/protocol/errors.ts'
import { row } from '../../rows.ts'

const error = { code: 'connection-lost', message: 'The connection was lost' } as const

describe('the text of a row', () => {
  it('name the file, its folder, its status and its acknowledged share', () => {
    const text = rowText(row(1, { acknowledgedBytes: 42, state: { status: 'uploading' } }), 3, 0)
    expect(text).toMatchObject({ name: 'IMG_1.jpg', folder: 'Wedding', percent: 42, detail: '' })
    expect(rowLabel(text)).toBe('IMG_1.jpg, Uploading, 42%')
  })

  it('never show 100 % while the server still verifies', () => {
    expect(rowText(row(1, { acknowledgedBytes: 100, state: { status: 'verifying' } }), 3, 0).percent).toBe(99)
  })

  it('say when it is tried again, and which try that is', () => {
    const untilMs = Date.UTC(2026, 5, 1, 12, 2, 10)
    const text = rowText(row(1, { attempts: 2, state: { status: 'waiting', error, untilMs } }), 3, 0)
    expect(text.detail).toBe(`Retrying at ${formatClock(untilMs)} (2nd of 3). The connection was lost.`)
  })

  it('say that it waits for the server, or for room on it', () => {
    const waiting = (code: 'server-unreachable' | 'storage-full') =>
      row(1, { state: { status: 'waiting', error: { code, message: 'No.' }, untilMs: null } })
    expect(rowText(waiting('server-unreachable'), 3, 0).detail).toMatch(/^Waiting for the server\./)
    expect(rowText(waiting('storage-full'), 3, 0).detail).toMatch(/^Waiting for space/)
  })

  it('name a try only where one is counted', () => {
    const codes = Object.keys(failureKinds) as ErrorCode[]
    const counted = ['retry', 'ask-again', 'new-task', 'stop']
    for (const code of codes.filter((one) => !counted.includes(failureKinds[one].recovery))) {
      const untilMs = ['wait-here', 'smaller-chunks', 'stand-still'].includes(failureKinds[code].recovery)
        ? 1
        : null
      const state = { status: 'waiting', error: { code, message: 'No.' }, untilMs } as const
      expect(rowText(row(1, { state }), 3, 0).detail, code).not.toMatch(/Retrying|of 3/)
    }
    const full = { code: 'disk-full', message: 'No room for the copy.' } as const
    const waiting = row(1, { state: { status: 'waiting', error: full, untilMs: 1 } })
    expect(rowText(waiting, 3, 0).detail).toBe(
      'Waiting for free space on this computer. No room for the copy.',
    )
  })

  it('say how to upload what a page skipped, of which only the name is here', () => {
    const state = { status: 'skipped', reason: { by: 'extension', extension: 'xmp' } } as const
    expect(rowText(row(1, { state }), 3, 0).detail).toContain('Retry to upload anyway.')
    const onPage = rowText(row(1, { state, nameOnly: true }), 3, 0).detail
    expect(onPage).toContain('To upload it, change the rule in Settings and add it again.')
  })

  it('say that a file is still being written, and that one changed after it was stored', () => {
    const codes = ['still-being-written', 'source-changed'] as const
    for (const code of codes) {
      const state = { status: 'waiting', error: { code, message: 'No.' }, untilMs: 1 } as const
      expect(rowText(row(1, { state }), 3, 0).detail).toBe('Still being written.')
    }
    const again = row(1, { changed: true, state: { status: 'uploading' } })
    expect(rowText(again, 3, 0).detail).toBe('Changed since it was stored: uploading again')
  })

  it('say what was made of a photo, or why it goes as it is', () => {
    const converted = row(1, { size: 3_210_000, note: { kind: 'converted', originalSize: 24_100_000 } })
    expect(rowText(converted, 3, 0).detail).toBe(
      'Copy: 24.1\u00a0MB → 3.2\u00a0MB. The original is not uploaded',
    )
    const kept = (reason: 'hdr' | 'video') => row(1, { note: { kind: 'original-kept', reason } })
    expect(rowText(kept('hdr'), 3, 0).detail).toBe('HDR: original uploaded')
    expect(rowText(kept('video'), 3, 0).detail).toBe('')
  })

  it('say once what to do about an original that is gone', () => {
    const message = 'IMG_1.jpg is no longer there. Put it back or reconnect its disk, then retry.'
    const gone = row(1, { state: { status: 'failed', error: { code: 'source-missing', message } } })
    expect(rowText(gone, 3, 0).detail).toBe(message)
  })

  it('say once which drive they wait for', () => {
    const message = 'Waiting for CARD_1. Connect it again: the upload then continues by itself.'
    const error = { code: 'drive-away', message, facts: { kind: 'drive-away', name: 'CARD_1' } } as const
    const parked = rowText(row(1, { state: { status: 'waiting', error, untilMs: null } }), 3, 0)
    expect(parked).toMatchObject({ status: 'Waiting', detail: message })
  })

  it('say what went wrong and what to do', () => {
    const text = rowText(row(1, { state: { status: 'failed', error } }), 3, 0)
    expect(text.detail).toBe('The connection was lost. Retry when the network is stable again.')
  })

  it('say under which name a file is stored, where another file had its own', () => {
    const done = (name: string, part: Partial<ItemRow> = {}) => {
      const url = `http://127.0.0.1:4700/uploads/Wedding/${encodeURIComponent(name)}`
      return rowText(row(1, { state: { status: 'done', md5: '', url, finishedAtMs: 0 }, ...part }), 3, 0)
        .detail
    }
    expect(done('IMG_1.jpg')).toBe('')
    expect(done('IMG_1 (2).jpg')).toBe('Stored as IMG_1 (2).jpg')
    const note = { kind: 'converted', originalSize: 2_000_000 } as const
    const copy = { relativePath: 'Wedding/IMG_1.tif', size: 1_000_000, note }
    expect(done('IMG_1.jpg', copy)).toBe('Copy: 2.0\u00a0MB → 1.0\u00a0MB. The original is not uploaded')
    expect(done('IMG_1 (2).jpg', copy)).toBe(
      'Copy: 2.0\u00a0MB → 1.0\u00a0MB. The original is not uploaded. Stored as IMG_1 (2).jpg.',
    )
    expect(done('e\u0301.jpg', { relativePath: 'Wedding/\u00e9.jpg' })).toBe('')
  })

  it('say which rule a file was skipped by', () => {
    const reason = { by: 'group', group: 'photo' } as const
    const skipped = rowText(row(1, { state: { status: 'skipped', reason } }), 3, 0)
    expect(rowLabel(skipped)).toBe(
      'IMG_1.jpg, Skipped, 0%. Skipped by your rule “Photos”. Retry to upload anyway.',
    )
    expect(rowText(row(1, { state: { status: 'canceled' } }), 3, 0).status).toBe('Canceled')
  })

  it('say why a file does not move, but only where its status does not', () => {
    const stalls = [{ kind: 'timetable', untilMs: null }] as const
    expect(rowStallText(row(1), stalls)).toBe('Paused by your schedule')
    expect(rowStallText(row(1, { state: { status: 'verifying' } }), stalls)).toBe('')
    const paused = row(1, { state: { status: 'paused' } })
    expect(rowStallText(paused, [{ kind: 'paused', files: 3 }])).toBe('')
  })
})
