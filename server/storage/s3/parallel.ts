/** Works on many items, a few at a time. */

/**
 * @param atOnce how many items at a time
 * @throws what the first failure threw, once no work is running any more; after it nothing new is started
 */
export async function inParallel<Item>(
  items: Iterable<Item>,
  atOnce: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const left = items[Symbol.iterator]()
  let failure: { readonly thrown: unknown } | undefined
  const workOnNext = async () => {
    for (let next = left.next(); next.done !== true && failure === undefined; next = left.next()) {
      try {
        await work(next.value)
      } catch (thrown) {
        failure ??= { thrown }
      }
    }
  }
  await Promise.all(Array.from({ length: atOnce }, workOnNext))
  if (failure !== undefined) throw failure.thrown
}
