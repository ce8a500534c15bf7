/** All protocols as one OpenAPI 3.1 document, built from the schemas with which the server itself parses. */
import type { z } from 'zod'
import { batchOperations, webhookMessages } from './batch-operations.ts'
import { contractOperations } from './contract-operations.ts'
import { documentOperations } from './document-operations.ts'
import { libraryOperations } from './library-operations.ts'
import { nativeOperations } from './native-operations.ts'
import { bare, type Json, type Operation } from './operation.ts'
import { resumableOperations } from './resumable-operations.ts'
import { answerSchemas, requestSchemas } from './schemas.ts'
import { tusOperations } from './tus-operations.ts'

const groups: Readonly<Record<string, readonly Operation[]>> = {
  native: [...nativeOperations, ...libraryOperations, ...batchOperations],
  contract: contractOperations,
  tus: tusOperations,
  resumable: resumableOperations,
  documents: documentOperations,
}
const tags = [
  { name: 'native', description: 'Files in chunks, each with its own digest.' },
  { name: 'contract', description: 'The published contract of the first resumable upload server.' },
  { name: 'tus', description: 'tus 1.0 with creation, termination, expiration and checksum.' },
  { name: 'resumable', description: 'Resumable uploads over HTTP, a draft of the IETF.' },
  { name: 'documents', description: 'Clients that know no digest of their files.' },
]

export interface DocumentFacts {
  /** Of the server. */
  readonly version: string
  /** Path that a reverse proxy serves it below, such as `/photos`; empty for none. */
  readonly pathPrefix: string
  /** False for a server that lets everybody in (`--no-auth`). */
  readonly needsToken: boolean
}

export function openApiDocument({ version, pathPrefix, needsToken }: DocumentFacts): Json {
  return {
    openapi: '3.1.1',
    info: {
      title: 'PhotoFerry server',
      version,
      summary: 'Receives files in chunks, verifies them and stores them.',
      description:
        'An upload server for photo libraries. README.md of the server says how the protocols work; WebDAV at `/dav` is not described here, since OpenAPI knows no PROPFIND.',
      contact: { name: 'PhotoFerry' },
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: pathPrefix || '/' }],
    security: needsToken ? [{ token: [] }] : [],
    tags,
    paths: paths(),
    webhooks: webhooks(),
    components: {
      schemas: { ...named(requestSchemas, 'input'), ...named(answerSchemas, 'output') },
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: "The server's access token." },
      },
    },
  }
}

function paths(): Json {
  const all: Record<string, Record<string, Json>> = {}
  for (const [tag, operations] of Object.entries(groups)) {
    for (const { method, path, needsToken, ...operation } of operations) {
      const security = needsToken === false ? { security: [] } : {}
      all[path] = { ...all[path], [method]: { tags: [tag], ...operation, ...security } }
    }
  }
  return all
}

function webhooks(): Json {
  const named = Object.entries(webhookMessages)
  return Object.fromEntries(
    named.map(([name, message]) => [name, { post: { tags: ['native'], ...message, security: [] } }]),
  )
}

function named(schemas: Readonly<Record<string, z.ZodType>>, io: 'input' | 'output'): Json {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, bare(schema, io)]))
}
