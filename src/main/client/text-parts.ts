/** Long texts in parts, so that 100,000 lines are never in memory at once. */

/** Lines in one part. */
const linesPerPart = 500

/** The text of each item, several in one part, with `between` between any two. */
export function* joined<Item>(
  items: readonly Item[],
  between: string,
  write: (item: Item) => string,
): Generator<string> {
  for (let start = 0; start < items.length; start += linesPerPart) {
    const some = items.slice(start, start + linesPerPart).map(write)
    yield (start > 0 ? between : '') + some.join(between)
  }
}
