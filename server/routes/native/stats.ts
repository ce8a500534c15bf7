/** `GET /api/stats`: counts of the client's library, memory and uptime. */
import type Router from '@koa/router'
import type { z } from 'zod'
import type { statsSchema } from '../../../src/shared/protocol/wire.ts'
import type { Metrics } from '../../monitoring/metrics.ts'
import type { UploadsOf } from '../client-uploads.ts'

export function statsRoute(router: Router, uploadsOf: UploadsOf, metrics: Metrics): void {
  router.get('/api/stats', async (ctx) => {
    const { ledger, library } = uploadsOf(ctx)
    const totals = await ledger.totals()
    const { rss, heapTotal, heapUsed, external } = process.memoryUsage()
    const answer: z.infer<typeof statsSchema> = {
      activeUploads: totals.openTasks,
      completedUploads: totals.files,
      storedBytes: totals.bytes,
      ...metrics.totalsOf(library.folder),
      totalMemoryUsage: { rss, heapTotal, heapUsed, external },
      uptime: process.uptime(),
      nodeVersion: process.version,
      platform: process.platform,
    }
    ctx.body = answer
  })
}
