/** `GET /metrics`: what Prometheus reads, with a token for the whole library: it tells of all of the server. */
import type Router from '@koa/router'
import { UploadError } from '../../../src/shared/protocol/errors.ts'
import { clientOf } from '../../middleware/auth.ts'
import type { Metrics } from '../../monitoring/metrics.ts'

export function metricsRoute(router: Router, metrics: Metrics): void {
  router.get('/metrics', async (ctx) => {
    if (clientOf(ctx).folder !== '') {
      const message = 'This tells of the whole server. Ask with a token that opens the whole library.'
      throw new UploadError('forbidden', message)
    }
    const { type, body } = await metrics.text()
    ctx.set('Content-Type', type)
    ctx.set('Cache-Control', 'no-store')
    ctx.body = body
  })
}
