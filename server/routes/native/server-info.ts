/** The routes that report on the server itself: health, statistics, metrics. */
import type Router from '@koa/router'
import type { z } from 'zod'
import { UploadError } from '../../../src/shared/protocol/errors.ts'
import type { healthSchema, statsSchema } from '../../../src/shared/protocol/wire.ts'
import { clientOf } from '../../middleware/auth.ts'
import type { Metrics } from '../../monitoring/metrics.ts'
import type { UploadsOf } from '../client-uploads.ts'

interface ServerInfo {
  readonly version: string
  readonly metrics: Metrics
  /** ms since 1970. */
  now(): number
}

export function serverInfoRoutes(router: Router, uploadsOf: UploadsOf, info: ServerInfo): void {
  const { version, metrics, now } = info
  // The only route without a token, so it reveals nothing else.
  router.get('/api/health', (ctx) => {
    const answer: z.infer<typeof healthSchema> = {
      status: 'ok',
      message: 'PhotoFerry is ready.',
      timestamp: new Date(now()).toISOString(),
      version,
      node: process.version,
    }
    ctx.body = answer
  })
  router.get('/api/stats', async (ctx) => {
    const { ledger, library } = uploadsOf(ctx)
    const totals = await ledger.totals()
    const { rss, heapTotal, heapUsed, external } = process.memoryUsage()
    const answer: z.infer<typeof statsSchema> = {
      activeUploads: totals.openTasks,
      completedUploads: totals.files,
      storedBytes: totals.bytes,
      ...metrics.totalsOf(library.folder),
      damagedFiles: totals.damagedFiles,
      oldestVerification:
        totals.oldestVerificationMs === null ? null : new Date(totals.oldestVerificationMs).toISOString(),
      totalMemoryUsage: { rss, heapTotal, heapUsed, external },
      uptime: process.uptime(),
      nodeVersion: process.version,
      platform: process.platform,
    }
    ctx.body = answer
  })
  router.get('/metrics', async (ctx) => {
    if (clientOf(ctx).folder !== '') {
      const message = 'Metrics cover the whole server. Use a token for the whole library.'
      throw new UploadError('forbidden', message)
    }
    const { type, body } = await metrics.text()
    ctx.set('Content-Type', type)
    ctx.set('Cache-Control', 'no-store')
    ctx.body = body
  })
}
