/** Sizes as people write them: pure. */

const units: Readonly<Record<string, number>> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 }

/** Bytes of `8388608`, `8M`, `8MB` or `8 MiB` (always powers of 1024), undefined when it is none of these. */
export function byteSize(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([KMGT]?)(?:I?B)?$/.exec(text.trim().toUpperCase())
  if (match === null) return undefined
  const bytes = Math.floor(Number(match[1]) * (units[match[2] ?? ''] ?? 1))
  return Number.isSafeInteger(bytes) ? bytes : undefined
}
