/** Asking for the name right before a path gives that path first, whatever else lies in the folder. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { safePath } from '../../../server/storage/safe-path.ts'
import { nameBefore } from '../../../src/main/pipeline/name-before.ts'

const inBytes = (one: string, other: string) => Buffer.compare(Buffer.from(one), Buffer.from(other))

it('is a path itself, comes before the path, and after every other name before it', () => {
  const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }).filter((text) => {
    try {
      return safePath(`2026/${text}`, 'linux').length === 2
    } catch {
      return false
    }
  })
  fc.assert(
    fc.property(name, name, (wanted, other) => {
      const before = nameBefore(`2026/${wanted}`)
      if (before === null) return
      expect(() => safePath(before, 'linux')).not.toThrow()
      expect(inBytes(before, `2026/${wanted}`)).toBeLessThan(0)
      // Unless it has the very last character that there is.
      if (other.includes('\u{10ffff}') || inBytes(other, wanted) >= 0) return
      expect(inBytes(`2026/${other}`, before)).toBeLessThan(0)
    }),
    { numRuns: 3_000 },
  )
})
