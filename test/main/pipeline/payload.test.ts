import { describe, expect, it } from 'vitest'
import { payloadName } from '../../../src/main/pipeline/payload.ts'

describe('the name of a copy', () => {
  it.each([
    ['Wedding/IMG_1.png', 'jpeg', 'Wedding/IMG_1.jpg'],
    ['Wedding/IMG_1.JPG', 'jpeg', 'Wedding/IMG_1.JPG'],
    ['Wedding/IMG_1.jpeg', 'jpeg', 'Wedding/IMG_1.jpeg'],
    ['IMG_1.JPG', 'avif', 'IMG_1.avif'],
    ['a.b/1. dance.tif', 'webp', 'a.b/1. dance.webp'],
  ] as const)('of %s as %s is %s', (path, format, expected) => {
    expect(payloadName(path, format)).toBe(expected)
  })

  it('stays within what file systems hold', () => {
    const name = `${'婚'.repeat(83)}ab.jpg`
    expect(Buffer.byteLength(name)).toBe(255)
    expect(payloadName(name, 'webp')).toBe(`${'婚'.repeat(83)}a.webp`)
  })
})
