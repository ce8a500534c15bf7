/** Errors of resumable uploads, as problem details (RFC 9457) with the types of the draft; the server's own error is in them. */
import type { Context, Middleware } from 'koa'
import { z } from 'zod'
import { errorBodySchema } from '../../../../src/shared/protocol/wire.ts'

const registry = 'https://iana.org/assignments/http-problem-types#'

/** What the draft knows -> its title there. */
const titles = {
  'mismatching-upload-offset': 'Mismatching Upload Offset',
  'completed-upload': 'Upload Is Completed',
  'inconsistent-upload-length': 'Inconsistent Upload Length Values',
} as const

/** What the answer has. */
export const problemSchema = z.looseObject({
  type: z.string().describe('A type of the draft, or `about:blank`.'),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  error: errorBodySchema.shape.error,
})

interface Problem {
  readonly type: keyof typeof titles
  readonly members?: Readonly<Record<string, number>>
}

const problems = new WeakMap<object, Problem>()

/** The error with which this request ends is one that the draft knows. */
export function noteProblem({ req }: Context, type: Problem['type'], members?: Problem['members']): void {
  problems.set(req, { type, ...(members && { members }) })
}

/** Rewrites the error answers below `/resumable`, also those of the guards. */
export function describeProblems(): Middleware {
  return async (ctx, next) => {
    await next()
    if (ctx.status < 400 || !/^\/resumable(\/|$)/i.test(ctx.path)) return
    const answer = errorBodySchema.safeParse(ctx.body)
    if (!answer.success) return
    const { error } = answer.data
    const known = problems.get(ctx.req)
    ctx.body = {
      type: known ? `${registry}${known.type}` : 'about:blank',
      title: known ? titles[known.type] : error.message,
      status: ctx.status,
      detail: error.message,
      ...known?.members,
      error,
    } satisfies z.infer<typeof problemSchema>
    ctx.type = 'application/problem+json'
  }
}
