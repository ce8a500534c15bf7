/** Changes valid input at any place, so that most of it still passes the door and reaches what lies behind. */
import fc from 'fast-check'
import { hostileValue } from './hostile-values.ts'

/** Puts another value at one place. */
export type Spot = (value: unknown) => void

/** One change: the place by its number, modulo the count of places, and what is put there. */
export interface Edit {
  readonly spot: number
  readonly value: unknown
}

/** Mostly one. @param more other values than JSON can carry, where these get through */
export function edits(most: number, more: readonly unknown[] = []): fc.Arbitrary<Edit[]> {
  const value = more.length === 0 ? hostileValue : fc.oneof(hostileValue, fc.constantFrom(...more))
  const edit = fc.record({ spot: fc.nat(10_000), value })
  return fc.oneof(fc.tuple(edit), fc.array(edit, { maxLength: most }))
}

/** Makes the changes one after the other. @param spotsOf the places as they are at that moment */
export function applyEdits(changes: readonly Edit[], spotsOf: () => readonly Spot[]): void {
  for (const { spot, value } of changes) {
    const spots = spotsOf()
    // A copy: a later change may be inside of it.
    spots[spot % spots.length]?.(structuredClone(value))
  }
}

/** Every place of a JSON value below `holder[key]`: leaves, whole branches, and a key that is not there yet. */
export function jsonSpots(holder: Record<string, unknown>, key: string): Spot[] {
  const put = (value: unknown) => setOwn(holder, key, value)
  const inside = holder[key]
  if (typeof inside !== 'object' || inside === null) return [put]
  const branch = inside as Record<string, unknown>
  const more: Spot = (value) => setOwn(branch, typeof value === 'string' ? value : 'more', value)
  const below = Object.keys(branch)
    .slice(0, 40)
    .flatMap((name) => [...jsonSpots(branch, name), () => Reflect.deleteProperty(branch, name)])
  return [put, more, ...below]
}

/** As its own property, also where it is named as the prototype is. */
function setOwn(holder: object, key: string, value: unknown): void {
  if (Array.isArray(holder) && key === 'length') return
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true })
}

/** One change of bytes. */
export type ByteEdit =
  | { readonly kind: 'flip'; readonly at: number; readonly bit: number }
  | { readonly kind: 'cut'; readonly at: number }
  | { readonly kind: 'zero' | 'repeat' | 'drop'; readonly at: number; readonly count: number }

const at = fc.double({ min: 0, max: 1, noNaN: true })
export const byteEdit: fc.Arbitrary<ByteEdit> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('flip' as const), at, bit: fc.nat(7) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('cut' as const), at }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('zero' as const, 'repeat' as const, 'drop' as const),
      at,
      count: fc.integer({ min: 1, max: 200 }),
    }),
  },
)

/** @param edit whose `at` is a part of the length, from 0 to 1 */
export function changeBytes(bytes: Buffer, edit: ByteEdit): Buffer {
  const place = Math.floor(edit.at * bytes.length)
  if (edit.kind === 'cut') return bytes.subarray(0, place)
  if (edit.kind === 'flip') {
    const changed = Buffer.from(bytes)
    if (changed.length > 0)
      changed[place % changed.length] = (bytes[place % bytes.length] ?? 0) ^ (1 << edit.bit)
    return changed
  }
  const [before, piece, after] = [
    bytes.subarray(0, place),
    bytes.subarray(place, place + edit.count),
    bytes.subarray(place + edit.count),
  ]
  if (edit.kind === 'zero') return Buffer.concat([before, Buffer.alloc(piece.length), after])
  return Buffer.concat(edit.kind === 'drop' ? [before, after] : [before, piece, piece, after])
}
