/** How the client comes to rest: by itself when all is done, or because it is told to. */
import type { Client } from './interface.ts'
import type { ClientParts } from './parts.ts'

const idleCheckMs = 50

/** @param unlock lets go of the state folder */
export function ending(parts: ClientParts, unlock: () => void): Pick<Client, 'whenIdle' | 'stop'> {
  const {
    list,
    drops,
    queue,
    journal,
    tools,
    thumbnails,
    servers,
    feed,
    removals,
    bandwidth,
    historyKeeper,
    restart,
  } = parts
  let stopping: Promise<void> | undefined
  const stop = async () => {
    restart.stop()
    parts.surveys.close()
    await Promise.all([drops.stop(), queue.stop()])
    await historyKeeper.stop()
    await journal.save().catch(() => undefined)
    try {
      // Once more, so that what the disk does not take is known.
      journal.flush()
    } finally {
      removals.forgetAll()
      bandwidth.stop()
      feed.close()
      const pools = [tools.hashPool, tools.imagePool, thumbnails]
      await Promise.all([...pools.map((pool) => pool.close()), servers.stop()])
      unlock()
    }
  }
  return {
    whenIdle: () =>
      new Promise((resolve) => {
        const timer = setInterval(() => {
          if (drops.busy || parts.openBatches.size > 0 || list.outlook.pendingFiles > 0) return
          clearInterval(timer)
          resolve()
        }, idleCheckMs)
      }),
    stop: () => {
      stopping ??= stop()
      return stopping
    },
  }
}
