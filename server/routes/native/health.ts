/** `GET /api/health`: whether the server lives; the only route without a token, so it tells nothing else. */
import type Router from '@koa/router'
import type { z } from 'zod'
import type { healthSchema } from '../../../src/shared/protocol/wire.ts'

/** @param now ms since 1970 */
export function healthRoute(router: Router, version: string, now: () => number): void {
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
}
