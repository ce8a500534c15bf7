/** `GET /api/stats`: counts of the whole server, memory and uptime. */
import type Router from '@koa/router'
import type { z } from 'zod'
import type { statsSchema } from '../../src/shared/wire.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Metrics } from '../metrics.ts'

export function statsRoute(router: Router, ledger: Ledger, metrics: Metrics): void {
  router.get('/api/stats', async (ctx) => {
    const totals = await ledger.totals()
    const { rss, heapTotal, heapUsed, external } = process.memoryUsage()
    const answer: z.infer<typeof statsSchema> = {
      activeUploads: totals.openTasks,
      completedUploads: totals.files,
      storedBytes: totals.bytes,
      ...metrics.totals,
      totalMemoryUsage: { rss, heapTotal, heapUsed, external },
      uptime: process.uptime(),
      nodeVersion: process.version,
      platform: process.platform,
    }
    ctx.body = answer
  })
}
