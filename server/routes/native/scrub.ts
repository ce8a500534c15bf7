/** The routes of the scrub: how far it is, what is damaged, start one of all files, forget what is damaged. */
import type Router from '@koa/router'
import { routes } from '../../../src/shared/protocol/wire.ts'
import { requireWholeLibrary } from '../../middleware/auth.ts'
import { forgetDamaged } from '../../uploads/scrub/forget-damaged.ts'
import type { Scrub } from '../../uploads/scrub/scrub.ts'
import { scrubReport } from '../../uploads/scrub/scrub-report.ts'
import type { UploadsOf } from '../client-uploads.ts'

const covers = 'The scrub covers the whole library.'

export function scrubRoutes(router: Router, uploadsOf: UploadsOf, scrub: Scrub): void {
  router.get(routes.scrub, async (ctx) => {
    requireWholeLibrary(ctx, covers)
    ctx.body = await scrubReport(uploadsOf(ctx), scrub.progress)
  })
  router.post(routes.scrub, async (ctx) => {
    requireWholeLibrary(ctx, covers)
    await scrub.startFull()
    ctx.status = 202
    ctx.body = await scrubReport(uploadsOf(ctx), scrub.progress)
  })
  router.delete(routes.damagedFiles, async (ctx) => {
    requireWholeLibrary(ctx, covers)
    ctx.body = { forgotten: await forgetDamaged(uploadsOf(ctx)) }
  })
}
