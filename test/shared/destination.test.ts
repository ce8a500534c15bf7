/** Whatever a photo says of itself, it gets a legal path that no other file of its batch has. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { safePath } from '../../server/storage/safe-path.ts'
import {
  type Destination,
  destinationProblem,
  legalPart,
  type NamedFile,
  numbered,
  pathFor,
  plainDestination,
  suffixOf,
} from '../../src/shared/destination.ts'
import { tokenNames } from '../../src/shared/name-template.ts'

const wedding: NamedFile = {
  relativePath: 'EOS_DIGITAL/DCIM/100CANON/IMG_0042.CR3',
  batch: 'Li & Wang',
  takenAt: '2026-06-13T14:05:09+02:00',
  camera: 'Canon EOS R5',
  lens: 'RF24-70mm F2.8 L IS USM',
  serial: '012345',
  rating: 4,
  sequence: 7,
}

const under = (template: string | null, folder = ''): Destination => ({
  ...plainDestination,
  template,
  folder,
})

/** What cameras, people and hostile files write: with signs, halves of characters, paths, devices. */
const anything = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc.constantFrom(
    '..',
    '../../etc/passwd',
    'CON',
    'a/b',
    ' . ',
    'x'.repeat(5_000),
    '\ud800',
    '婚礼'.repeat(200),
    'a\u202eb',
    '',
  ),
)
const anyFile: fc.Arbitrary<NamedFile> = fc.record({
  relativePath: fc
    .array(
      fc.string({ minLength: 1, maxLength: 30 }).map((part) => part.replaceAll('/', '_')),
      { minLength: 1, maxLength: 6 },
    )
    .map((parts) => parts.join('/')),
  batch: anything,
  takenAt: fc
    .date({ noInvalidDate: true, min: new Date(0), max: new Date('2099-12-31') })
    .map((date) => date.toISOString()),
  camera: fc.option(anything),
  lens: fc.option(anything),
  serial: fc.option(anything),
  rating: fc.option(fc.integer({ min: 0, max: 5 })),
  sequence: fc.integer({ min: 1, max: 1_000_000 }),
})
const anyTemplate = fc
  .array(
    fc.oneof(
      fc.constantFrom(...tokenNames.map((name) => `{${name}}`)),
      fc.constantFrom('/', '-', ' ', '_', 'x'),
    ),
    {
      minLength: 1,
      maxLength: 12,
    },
  )
  .map((parts) => parts.join(''))

describe('a destination', () => {
  it('keeps folders and names where it has no template, below its folder', () => {
    expect(pathFor(under(null), wedding)).toBe('EOS_DIGITAL/DCIM/100CANON/IMG_0042.CR3')
    expect(pathFor(under(null, '2026/06'), wedding)).toBe('2026/06/EOS_DIGITAL/DCIM/100CANON/IMG_0042.CR3')
  })

  it.each([
    ['{YYYY}/{MM}-{DD} {batch}/{name}', '2026/06-13 Li & Wang/IMG_0042.CR3'],
    ['{YY}{MM}{DD}_{hh}{mm}{ss}{zone}_{seq:5}', '260613_140509+0200_00007.CR3'],
    ['{camera}/{lens}/{serial}_{rating}_{seq}', 'Canon EOS R5/RF24-70mm F2.8 L IS USM/012345_4_7.CR3'],
    ['{folder}/{name}', 'EOS_DIGITAL/DCIM/100CANON/IMG_0042.CR3'],
  ])('fills %s', (template, path) => {
    expect(pathFor(under(template), wedding)).toBe(path)
  })

  it('says what a photo does not tell', () => {
    const bare = {
      ...wedding,
      camera: null,
      lens: '',
      serial: null,
      rating: null,
      takenAt: '2026-06-13T14:05:09',
    }
    expect(pathFor(under('{camera}{zone}/{lens}_{rating}_{seq}'), bare)).toBe('unknown/unknown_0_7.CR3')
  })

  it('gives a sidecar the name of its photo', () => {
    const sidecar = { ...wedding, relativePath: 'DCIM/IMG_0042.CR3.xmp' }
    expect(pathFor(under('{seq:4}'), sidecar)).toBe('0007.CR3.xmp')
    expect(suffixOf('IMG_0042.xmp')).toBe('.xmp')
    expect(numbered('a/0007.CR3.xmp', 2)).toBe('a/0007-2.CR3.xmp')
  })

  it.each([
    ['{YYY}/{name}', 'token-unknown'],
    ['{name:4}', 'token-unknown'],
    ['{name', 'brace-alone'],
    ['name}', 'brace-alone'],
    ['../{name}', 'text-invalid'],
    ['/{name}', 'text-invalid'],
    ['a//{name}', 'text-invalid'],
    ['a:{name}', 'text-invalid'],
    ['{camera}/{batch}', 'always-same'],
  ])('refuses %s: %s', (template, kind) => {
    expect(destinationProblem(under(template))).toMatchObject({ kind })
  })

  it.each(['..', 'a/../b', '/a', 'a/', 'CON', 'a?', 'a\\b'])('refuses the folder %s', (folder) => {
    expect(destinationProblem(under(null, folder))).toMatchObject({ kind: 'folder-invalid' })
  })

  it('makes a path that every system can have, of any template and any metadata', () => {
    fc.assert(
      fc.property(anyTemplate, anyFile, (template, file) => {
        const destination = under(template, 'studio')
        if (destinationProblem(destination)) return
        const path = pathFor(destination, file)
        expect(path.startsWith('studio/')).toBe(true)
        for (const part of path.split('/')) expect(Buffer.byteLength(part)).toBeLessThanOrEqual(210)
        // A path that is too long as a whole is refused by the server.
        for (const part of path.split('/')) expect(safePath(part, 'win32')).toEqual([part])
      }),
      { numRuns: 1_000 },
    )
  })

  it('makes a legal part of any text, and leaves a legal one alone', () => {
    fc.assert(
      fc.property(anything, (text) => {
        const part = legalPart(text)
        expect(safePath(part, 'win32')).toEqual([part])
        expect(legalPart(part)).toBe(part)
      }),
      { numRuns: 1_000 },
    )
  })
})
