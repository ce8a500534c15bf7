/** Long names keep their end visible. */
import { describe, expect, it } from 'vitest'
import { splitName } from '../../../src/renderer/text/split-name.ts'

describe('splitName', () => {
  it('keeps the end of a long name in sight and loses no letter', () => {
    const name = 'A_very_long_name_of_a_clip_that_somebody_exported_0001.MP4'
    const { head, tail } = splitName(name)
    expect(tail).toBe('rted_0001.MP4'.slice(-12))
    expect(head + tail).toBe(name)
  })

  it('leaves a name whole that reads from right to left: its parts would change their places', () => {
    const name = 'חתונה_של_משפחת_לוי_בירושלים_0001.jpg'
    expect(splitName(name)).toEqual({ head: name, tail: '' })
  })

  it('leaves a short name whole and never cuts a letter of two code units', () => {
    expect(splitName('IMG_1.jpg')).toEqual({ head: 'IMG_1.jpg', tail: '' })
    const { head, tail } = splitName('📷'.repeat(30))
    expect(head).toBe('📷'.repeat(18))
    expect(tail).toBe('📷'.repeat(12))
  })
})
