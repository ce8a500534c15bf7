/** Values that nobody honest sends: paths that lead out, numbers beyond all bounds, keys of prototypes, broken Unicode. */
import fc from 'fast-check'

const texts = [
  '',
  ' ',
  '.',
  '..',
  '../../outside/canary.jpg',
  '..\\..\\outside\\canary.jpg',
  '%2e%2e%2foutside%2fcanary.jpg',
  '%2e%2e/%2e%2e/outside/canary.jpg',
  '/etc/passwd',
  'C:\\outside',
  'CON',
  'a\0b.jpg',
  'a\r\nX-Injected: yes',
  'a\nb',
  'a/b/c.jpg',
  'a//b',
  'a/./b',
  '.photoferry/ledger.db',
  '__proto__',
  'constructor',
  'toString',
  '%',
  '%00',
  '%ff%fe',
  '\ud800',
  '\u202egpj.exe',
  'é'.normalize('NFD'),
  '🎉'.repeat(70),
  'n'.repeat(300),
  'p/'.repeat(600),
  'x'.repeat(20_000),
  '['.repeat(30_000),
  '-1',
  '+5',
  '0',
  '00',
  '1.5',
  '1e3',
  '1e999',
  '0x10',
  '9007199254740993',
  '99999999999999999999999999',
  'NaN',
  'Infinity',
  'null',
  'undefined',
  '[object Object]',
  '{"a":1}',
  '*',
  '?',
  "'; DROP TABLE files; --",
  '0'.repeat(32),
  'f'.repeat(64),
  'A'.repeat(43),
] as const

const values: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -0,
  -1,
  1,
  1.5,
  2 ** 31,
  2 ** 32,
  2 ** 53,
  -(2 ** 53),
  1e300,
  Number.MIN_VALUE,
  [],
  {},
  [null],
  [[]],
  { length: 1e9 },
  JSON.parse('{"__proto__":{"polluted":true}}'),
  JSON.parse('{"constructor":{"prototype":{"polluted":true}}}'),
  { toString: 1, valueOf: 2 },
  nested(200),
  Array.from({ length: 600 }, (_, index) => index),
]

/** Lists in lists. */
function nested(depth: number): unknown {
  let value: unknown = []
  for (let level = 0; level < depth; level++) value = [value]
  return value
}

export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...texts) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 1, arbitrary: fc.string({ maxLength: 40 }) },
)

/** Anything that JSON can carry. */
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 2, arbitrary: hostileText },
  { weight: 2, arbitrary: fc.constantFrom(...values) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
)
