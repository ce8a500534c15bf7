import { describe, expect, it } from 'vitest'
import { type ItemState, transition, type UploadStatus, uploadStatuses } from '../../src/shared/upload.ts'
import { anItem } from '../main/an-item.ts'

const error = { code: 'server-error', message: 'x' } as const
const states: Record<UploadStatus, ItemState> = {
  queued: { status: 'queued' },
  preparing: { status: 'preparing' },
  hashing: { status: 'hashing', hashedBytes: 0 },
  uploading: { status: 'uploading' },
  verifying: { status: 'verifying' },
  paused: { status: 'paused' },
  waiting: { status: 'waiting', error, untilMs: null },
  done: { status: 'done', md5: '', url: '', finishedAtMs: 0 },
  failed: { status: 'failed', error },
  canceled: { status: 'canceled' },
  empty: { status: 'empty', md5: '', url: '', finishedAtMs: 0 },
  skipped: { status: 'skipped', reason: { by: 'empty' } },
}

function isLegal(from: UploadStatus, to: UploadStatus): boolean {
  try {
    transition(anItem({ state: states[from] }), states[to])
    return true
  } catch {
    return false
  }
}

describe('the moves of an item', () => {
  it('lead to done from work, and from what was stopped while its last bytes were on their way', () => {
    const toDone = uploadStatuses.filter((from) => isLegal(from, 'done'))
    const stopped = ['queued', 'paused', 'failed', 'canceled']
    expect(new Set(toDone)).toEqual(new Set(['preparing', 'hashing', 'uploading', 'verifying', ...stopped]))
  })

  it('leave what is finished for good only by sending the file anew', () => {
    for (const from of ['done', 'empty', 'skipped'] as const) {
      expect(uploadStatuses.filter((to) => isLegal(from, to))).toEqual(['queued'])
    }
    const afterCancel = uploadStatuses.filter((to) => isLegal('canceled', to))
    expect(new Set(afterCancel)).toEqual(new Set(['queued', 'done', 'empty']))
  })

  it('let everything unfinished be canceled, and everything that is not paused be paused', () => {
    const unfinished = ['queued', 'preparing', 'hashing', 'uploading', 'verifying', 'waiting'] as const
    for (const from of unfinished) {
      expect(isLegal(from, 'canceled')).toBe(true)
      expect(isLegal(from, 'paused')).toBe(true)
    }
    expect(isLegal('paused', 'canceled')).toBe(true)
  })

  it('change the state and nothing else', () => {
    const item = anItem({ attempts: 2 })
    expect(transition(item, states.uploading)).toEqual({ ...item, state: states.uploading })
    expect(item.state.status).toBe('queued')
  })
})
