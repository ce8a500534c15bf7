/** The examination of a dropped file's path, on each platform. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkInboxPath } from '../../../src/main/browser/inbox-path.ts'
import { UploadError } from '../../../src/shared/protocol/errors.ts'

describe('a path inside a drop', () => {
  it('may hold on Windows what Windows can hold', () => {
    expect(checkInboxPath('a/ü (1).jpg', 'win32')).toBe('a/ü (1).jpg')
    for (const path of ['..\\x', 'a\\b', 'C:x', 'a.jpg::$DATA']) {
      expect(() => checkInboxPath(path, 'win32')).toThrow(UploadError)
    }
    expect(checkInboxPath('a\\b', 'linux')).toBe('a\\b')
  })

  it('is told apart from half a character', () => {
    expect(() => checkInboxPath('a\ud800.jpg')).toThrow(/not valid Unicode/)
  })

  it('passes unchanged or is refused with a reason, whatever it is', () => {
    const part = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('..', '.', '', '\0', 'a', 'C:', '\\'),
    )
    fc.assert(
      fc.property(
        fc.array(part).map((parts) => parts.join('/')),
        fc.constantFrom('linux', 'win32'),
        (path, platform) => {
          try {
            expect(checkInboxPath(path, platform as NodeJS.Platform)).toBe(path)
            expect(path.split('/')).not.toContain('..')
            expect(path).not.toMatch(/^\/|\0/)
          } catch (thrown) {
            if (!(thrown instanceof UploadError)) throw thrown
            expect(thrown.code).toBe('name-invalid')
          }
        },
      ),
    )
  })
})
