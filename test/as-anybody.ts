/** For cases that root never meets, because root may do everything: as root they run as a user who may not. */

/** As Linux and macOS name the user `nobody` by number, or a user that nobody is. */
const nobody = 65_534

/**
 * Does something without the rights of root. Folders that it works in must be made by it, or be open to everybody.
 * Not in worker threads, which can't change their user.
 */
export async function asAnybody<Result>(work: () => Promise<Result>): Promise<Result> {
  if (process.getuid?.() !== 0) return work()
  process.setegid?.(nobody)
  process.seteuid?.(nobody)
  try {
    return await work()
  } finally {
    process.seteuid?.(0)
    process.setegid?.(0)
  }
}
