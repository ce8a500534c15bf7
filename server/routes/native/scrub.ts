/** The routes of the scrub: how far it is, what is damaged, start one of all files, forget what is damaged. */
import type Router from '@koa/router'
import type { Context } from 'koa'
import { UploadError } from '../../../src/shared/protocol/errors.ts'
import { routes } from '../../../src/shared/protocol/wire.ts'
import { clientOf } from '../../middleware/auth.ts'
import { forgetDamaged } from '../../uploads/scrub/forget-damaged.ts'
import type { Scrub } from '../../uploads/scrub/scrub.ts'
import { scrubReport } from '../../uploads/scrub/scrub-report.ts'
import type { UploadsOf } from '../client-uploads.ts'

export function scrubRoutes(router: Router, uploadsOf: UploadsOf, scrub: Scrub): void {
  router.get(routes.scrub, async (ctx) => {
    refuseFolder(ctx)
    ctx.body = await scrubReport(uploadsOf(ctx), scrub.progress)
  })
  router.post(routes.scrub, async (ctx) => {
    refuseFolder(ctx)
    await scrub.startFull()
    ctx.status = 202
    ctx.body = await scrubReport(uploadsOf(ctx), scrub.progress)
  })
  router.delete(routes.damagedFiles, async (ctx) => {
    refuseFolder(ctx)
    ctx.body = { forgotten: await forgetDamaged(uploadsOf(ctx)) }
  })
}

/** @throws UploadError `forbidden` for a token that has only a folder */
function refuseFolder(ctx: Context): void {
  if (clientOf(ctx).folder === '') return
  const message = 'The scrub covers the whole library. Use a token for the whole library.'
  throw new UploadError('forbidden', message)
}
