/** `GET /api/openapi.json`: the protocol as a document that programs read. */
import type Router from '@koa/router'
import { type DocumentFacts, openApiDocument } from './document.ts'

export function openApiRoute(router: Router, facts: DocumentFacts): void {
  // Built on the first request: few clients ask, and the server should start fast.
  let document: string | undefined
  router.get('/api/openapi.json', (ctx) => {
    document ??= JSON.stringify(openApiDocument(facts))
    ctx.type = 'application/json'
    ctx.body = document
  })
}
