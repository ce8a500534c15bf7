/** Paths as people read them. */
import { expect, it } from 'vitest'
import { homePath } from '../../../src/renderer/text/path-text.ts'

it.each([
  ['/home/lin/Pictures/PhotoFerry', '/home/lin', '~/Pictures/PhotoFerry'],
  ['/home/lin', '/home/lin', '~'],
  ['/home/linda/Pictures', '/home/lin', '/home/linda/Pictures'],
  ['C:\\Users\\Lin\\Pictures', 'C:\\Users\\Lin', '~\\Pictures'],
  ['/data/photos', '', '/data/photos'],
])('shows %s below %s as %s', (path, home, shown) => {
  expect(homePath(path, home)).toBe(shown)
})

it('shows what would turn the text around as what it is', () => {
  expect(homePath('/home/lin/a\u202egpj', '/home/lin')).not.toContain('\u202e')
})
