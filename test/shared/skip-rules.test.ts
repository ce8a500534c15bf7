/** What the skip rules leave out, and that no name makes them slow. */
import { describe, expect, it } from 'vitest'
import { skipBy, skipRulesSchema } from '../../src/shared/skip-rules.ts'

const skip = (rules: object, relativePath: string, size = 1) =>
  skipBy(skipRulesSchema.parse(rules))({ relativePath, size })

describe('a skip rule', () => {
  it.each([
    [{ groups: ['video'] }, 'a/clip.MOV', { by: 'group', group: 'video' }],
    [{ groups: ['other'] }, 'a/notes', { by: 'group', group: 'other' }],
    [{ groups: ['raw'] }, 'a/photo.jpg', null],
    [{ extensions: ['.XMP'] }, 'a/IMG_1.xmp', { by: 'extension', extension: 'xmp' }],
    [{ extensions: ['jpg'] }, 'a.jpg/IMG_1.png', null],
    [{ patterns: ['Rejected'] }, 'Shoot/rejected/IMG_1.jpg', { by: 'pattern', pattern: 'Rejected' }],
    [{ patterns: ['*_edited.*'] }, 'IMG_1_edited.jpg', { by: 'pattern', pattern: '*_edited.*' }],
    [{ patterns: ['*_edited.*'] }, 'IMG_1_edited', null],
    [{ patterns: ['IMG_?.jpg'] }, 'IMG_12.jpg', null],
    [{ patterns: ['*'] }, 'anything', { by: 'pattern', pattern: '*' }],
    [{ patterns: ['été*'] }, 'été 1.jpg'.normalize('NFD'), { by: 'pattern', pattern: 'été*' }],
    [{ patterns: ['a+(b)'] }, 'a+(b)', { by: 'pattern', pattern: 'a+(b)' }],
    [{ patterns: ['a.c'] }, 'abc', null],
  ])('%j about %s says %j', (rules, path, expected) => {
    expect(skip(rules, path)).toEqual(expected)
  })

  it('about empty files leaves out those and no others', () => {
    expect(skip({ empty: true }, 'a.jpg', 0)).toEqual({ by: 'empty' })
    expect(skip({ empty: true }, 'a.jpg', 1)).toBeNull()
    expect(skip({}, 'a.jpg', 0)).toBeNull()
  })

  it.each([{ extensions: ['a/b'] }, { patterns: ['a/b'] }, { patterns: [''] }, { groups: ['films'] }])(
    'that is none is refused: %j',
    (rules) => {
      expect(skipRulesSchema.safeParse(rules).success).toBe(false)
    },
  )

  it('takes no longer than its length times the name’s, whatever the two are', () => {
    const pattern = `${'*a'.repeat(90)}b`
    const name = 'a'.repeat(250)
    const check = skipBy(skipRulesSchema.parse({ patterns: [pattern] }))
    for (let round = 0; round < 200; round++) expect(check({ relativePath: name, size: 1 })).toBeNull()
  })
})
