/** Random numbers that are the same for the same seed. */

export interface Random {
  /** 0 ≤ x < 1. */
  next(): number
  /** 0 ≤ x < count, whole. */
  below(count: number): number
  chance(probability: number): boolean
  pick<Value>(values: readonly Value[]): Value
}

/** The generator called mulberry32: 32 bits of state are plenty for choosing what a power cut leaves. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (count: number) => Math.floor(next() * count)
  return {
    next,
    below,
    chance: (probability) => next() < probability,
    pick: (values) => {
      const value = values[below(values.length)]
      if (value === undefined) throw new Error('There is nothing to choose from.')
      return value
    },
  }
}
