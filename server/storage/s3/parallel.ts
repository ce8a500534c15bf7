/** Works on many things, a few at a time. */

/**
 * @param lanes how many at a time
 * @throws what the first failure threw, once no lane is at work any more; nothing new is begun after it
 */
export async function inLanes<Item>(
  items: Iterable<Item>,
  lanes: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const left = items[Symbol.iterator]()
  let failure: { readonly thrown: unknown } | undefined
  const lane = async () => {
    for (let next = left.next(); next.done !== true && failure === undefined; next = left.next()) {
      try {
        await work(next.value)
      } catch (thrown) {
        failure ??= { thrown }
      }
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  if (failure !== undefined) throw failure.thrown
}
