/** `GET /api/openapi.json`: the protocol as a document that programs read. */
import type Router from '@koa/router'
import { openApiDocument } from './document.ts'

/** @param pathPrefix path that a reverse proxy serves this server below; empty for none */
export function openApiRoute(router: Router, version: string, pathPrefix: string): void {
  // Built on the first request: few clients ask, and the server should start fast.
  let document: string | undefined
  router.get('/api/openapi.json', (ctx) => {
    document ??= JSON.stringify(openApiDocument(version, pathPrefix))
    ctx.type = 'application/json'
    ctx.body = document
  })
}
