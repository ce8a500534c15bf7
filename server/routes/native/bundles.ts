/** The routes for many files in one request: offers by the hundred, and bundles of small files. */
import type Router from '@koa/router'
import type { Context } from 'koa'
import { bundleType } from '../../../src/shared/protocol/bundle-frames.ts'
import {
  type BundleAnswer,
  type BundledFile,
  type OffersAnswer,
  offersRequestSchema,
} from '../../../src/shared/protocol/bundles.ts'
import { HttpError } from '../../http/http-error.ts'
import { readBody, readJson } from '../../http/request-body.ts'
import { asUploadError, errorBody, statusOf } from '../../middleware/error-answers.ts'
import { storedFileAnswer } from '../../uploads/answers.ts'
import { lookUpOffer } from '../../uploads/bundles/look-up-offers.ts'
import { type BundledResult, bundleLimits, receiveBundle } from '../../uploads/bundles/receive-bundle.ts'
import type { Uploads } from '../../uploads/context.ts'
import type { UploadsOf } from '../client-uploads.ts'

/** Of a list of offers, each with a path of a kilobyte at most. */
const maxOffersBytes = 1024 * 1024

/** @param idleMs how long a client may send nothing of a body, ms */
export function bundleRoutes(router: Router, uploadsOf: UploadsOf, idleMs: number): void {
  router.post('/api/offers', async (ctx) => {
    const uploads = uploadsOf(ctx)
    const { files } = await readJson(ctx, offersRequestSchema, { idleMs, maxBytes: maxOffersBytes })
    const verdicts = files.map((file) =>
      lookUpOffer(uploads, file).catch((thrown) => refusal(uploads, thrown)),
    )
    const answer: OffersAnswer = { files: await Promise.all(verdicts), bundle: bundleLimits }
    ctx.body = answer
  })
  router.post('/api/bundle', async (ctx) => {
    refuseOtherBodies(ctx)
    const uploads = uploadsOf(ctx)
    const results = await receiveBundle(uploads, { read: (onPiece) => readBody(ctx, onPiece, { idleMs }) })
    const answer: BundleAnswer = { files: results.map((result) => bundledFile(uploads, result)) }
    ctx.body = answer
  })
}

function refuseOtherBodies(ctx: Context): void {
  if (!ctx.is(bundleType)) throw new HttpError(415, 'bad-request', `Send the bundle as ${bundleType}.`)
  if ((ctx.request.length ?? 0) <= bundleLimits.bytes) return
  throw new HttpError(413, 'bad-request', `The bundle is larger than ${bundleLimits.bytes} bytes.`)
}

function bundledFile(uploads: Uploads, result: BundledResult): BundledFile {
  if (result.status === 'rejected') return refusal(uploads, result.reason)
  return { state: 'stored', stored: storedFileAnswer(uploads, result.value) }
}

/** A file's own error beside the answers of others; what went wrong on the server is in its log. */
function refusal({ log }: Uploads, thrown: unknown) {
  const error = asUploadError(thrown)
  if (statusOf(error) >= 500)
    log.error({ code: error.code, reason: String(error.cause ?? error) }, 'file of a bundle failed')
  return { state: 'refused' as const, ...errorBody(error, false) }
}
