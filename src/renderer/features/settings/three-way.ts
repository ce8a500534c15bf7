/** Merges what was edited here with what was changed elsewhere since both began: field by field, entry by entry. */

/** Three states of the same thing. */
export interface Versions<Value> {
  /** Before either change. */
  readonly base: Value
  /** As it was changed elsewhere. */
  readonly newer: Value
  /** As it was edited here. */
  readonly edited: Value
}

/** What happened to a field that was changed elsewhere: nobody edited it here, or somebody did too, to another value. */
export type FieldOutcome = 'changed' | 'contested'

/** Of plain data. */
export const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other)

/**
 * Every field as it was edited here, or else as it is elsewhere.
 * @param onOutcome called with each field that was changed elsewhere, unless both made the same of it
 */
export function mergedFields<Value extends object>(
  { base, newer, edited }: Versions<Value>,
  onOutcome: (field: keyof Value & string, outcome: FieldOutcome) => void = () => undefined,
): Value {
  const result: Value = { ...edited }
  for (const field of Object.keys(newer) as (keyof Value & string)[]) {
    if (same(base[field], newer[field])) continue
    const isEdited = !same(base[field], edited[field])
    if (isEdited && !same(edited[field], newer[field])) onOutcome(field, 'contested')
    if (isEdited) continue
    result[field] = newer[field]
    onOutcome(field, 'changed')
  }
  return result
}

/** The set with what either side added and without what either removed; first the entries of the one edited here. */
export function mergedSet<Entry>({ base, newer, edited }: Versions<readonly Entry[]>): readonly Entry[] {
  const kept = edited.filter((entry) => newer.includes(entry) || !base.includes(entry))
  const added = newer.filter((entry) => !base.includes(entry) && !edited.includes(entry))
  return [...kept, ...added]
}
