/** The protocol's document is held against the running server: every route, every answer, in both directions. */
import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { beforeAll, describe, expect, it } from 'vitest'
import { createRouter } from '../../server/app.ts'
import { Metrics } from '../../server/monitoring/metrics.ts'
import { openApiDocument } from '../../server/openapi/document.ts'
import { type Started, start } from './harness.ts'
import { bytes, callsOf } from './openapi-calls.ts'

interface Answer {
  readonly content?: Readonly<Record<string, { readonly schema: { readonly $ref?: string } }>>
  readonly headers?: Readonly<Record<string, unknown>>
}
interface Operation {
  readonly operationId: string
  readonly summary: string
  readonly description: string
  readonly security?: readonly unknown[]
  readonly responses: Readonly<Record<string, Answer>>
}

const document = openApiDocument({ version: '1.2.3', pathPrefix: '', needsToken: true })
const paths = document.paths as Readonly<Record<string, Readonly<Record<string, Operation>>>>
const documented = Object.entries(paths).flatMap(([path, operations]) =>
  Object.keys(operations).map((method) => `${method} ${path}`),
)
const ajv = new Ajv2020({ strict: false, validateFormats: false }).addSchema(
  { $id: 'openapi', ...document },
  'openapi',
)

let started: Started
beforeAll(async () => {
  started = await start()
})

/** An offset comes where bytes came with the creation, a place once the file is stored. */
function isAlways(name: string, { status }: Response): boolean {
  return name !== 'Content-Location' && (status !== 201 || name !== 'Upload-Offset')
}

/** Fails unless the document knows this answer, its type, its headers, and, where it is JSON, its shape. */
async function expectDocumented(operation: Operation | undefined, answer: Response): Promise<void> {
  const known = operation?.responses[answer.status]
  expect(known, `status ${answer.status}`).toBeDefined()
  for (const name of Object.keys(known?.headers ?? {})) {
    if (isAlways(name, answer)) expect(answer.headers.has(name), name).toBe(true)
  }
  const text = await answer.text()
  if (known?.content === undefined) return expect(text).toBe('')
  const [[type, { schema }] = ['', { schema: {} }]] = Object.entries(known.content)
  if (type !== 'application/json' || schema.$ref === undefined || text === '') return
  const isValid = ajv.validate({ $ref: `openapi${schema.$ref}` }, JSON.parse(text))
  expect(ajv.errors ?? [], text).toEqual([])
  expect(isValid).toBe(true)
}

describe("the protocol's document", () => {
  it('is valid OpenAPI 3.1, and the one that the server gives', async () => {
    const result = await new Validator().validate(JSON.parse(JSON.stringify(document)))
    expect(result.errors ?? []).toEqual([])
    const { body: served } = await started.client.request('GET', '/api/openapi.json')
    expect({ ...served, info: {} }).toEqual({ ...JSON.parse(JSON.stringify(document)), info: {} })
  })

  it('gives each operation a name of its own, and words that say what it does', () => {
    const operations = Object.values(paths).flatMap((all) => Object.values(all))
    const names = operations.map(({ operationId }) => operationId)
    expect(new Set(names).size).toBe(names.length)
    for (const { operationId, summary, description } of operations)
      expect([operationId, summary, description]).toEqual(Array(3).fill(expect.stringMatching(/\w{3}/)))
  })

  it('asks for a token only where one is needed', async () => {
    const { server } = await start({ args: ['--no-auth'] })
    const open = await fetch(`${server.url}/api/openapi.json`)
    expect(await open.json()).toMatchObject({ security: [] })
    expect(document.security).toEqual([{ token: [] }])
  })

  it('names every route that the server has, and no other', () => {
    const { uploads, scrub } = started.server
    const metrics = new Metrics(uploads.store, uploads.ledger)
    const options = { version: '0', bodyIdleMs: 1, pathPrefix: '', tokens: () => [] }
    const router = createRouter(uploads, { metrics, scrub }, options)
    // OpenAPI knows no PROPFIND: the README describes the drive.
    const described = router.stack.filter(({ path }) => !String(path).startsWith('/dav'))
    const routed = described.flatMap(({ methods, path }) => {
      const template = String(path).replace(/[:*](\w+)/g, '{$1}')
      const named = methods.filter((method) => method !== 'HEAD' || !methods.includes('GET'))
      return named.map((method) => `${method.toLowerCase()} ${template}`)
    })
    expect(routed.toSorted()).toEqual(documented.toSorted())
  })

  it('is tried as a whole: there is a call for every operation', () => {
    expect(Object.keys(callsOf(started)).toSorted()).toEqual(documented.toSorted())
  })

  it.each(documented)('tells the truth: %s', async (name) => {
    const [method = '', path = ''] = name.split(' ')
    const operation = paths[path]?.[method]
    if (path.startsWith('/uploads')) await started.client.upload('stored/x.jpg', bytes)
    for (const [status, answer] of Object.entries(callsOf(started)[name] ?? {})) {
      const given = await answer()
      expect(given.status, `${name} ${status}`).toBe(Number(status))
      await expectDocumented(operation, given)
    }
    if (operation?.security === undefined) {
      const stranger = await fetch(started.server.url + path.replaceAll(/\{\w+\}/g, 'x'), {
        method: method.toUpperCase(),
      })
      expect(stranger.status).toBe(401)
      await expectDocumented(operation, stranger)
    }
  })
})
