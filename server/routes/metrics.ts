/** `GET /metrics`: what Prometheus reads, with a token as everywhere. */
import type Router from '@koa/router'
import type { Metrics } from '../metrics.ts'

export function metricsRoute(router: Router, metrics: Metrics): void {
  router.get('/metrics', async (ctx) => {
    const { type, body } = await metrics.text()
    ctx.set('Content-Type', type)
    ctx.set('Cache-Control', 'no-store')
    ctx.body = body
  })
}
