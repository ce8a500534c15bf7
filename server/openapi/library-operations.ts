/** Describes looking into the library: lists of what is stored, and links to share it. */
import { z } from 'zod'
import { mostListed, sha256Schema } from '../../src/shared/protocol/wire.ts'
import { binary, empty, errors, inPath, inQuery, json, jsonBody, type Operation } from './operation.ts'

const looking: readonly Operation[] = [
  {
    method: 'get',
    path: '/api/files',
    operationId: 'listFiles',
    summary: 'What is stored below a folder, page by page; or the files with one content',
    description:
      'In the byte order of the paths. With sha256 and size, the other parameters are not looked at.',
    parameters: [
      inQuery('folder', z.string(), 'Below the library; without it, all of it.'),
      inQuery('after', z.string(), 'The `next` of the page before.'),
      inQuery('limit', z.int().min(1).max(mostListed), 'Entries of a page.'),
      inQuery(
        'depth',
        z.enum(['1', 'all']),
        '`1` names the folders below it in the place of what is in them.',
      ),
      inQuery('sha256', sha256Schema, 'Of the content that is looked for.'),
      inQuery('size', z.int().min(0), 'Of that content, bytes.'),
    ],
    responses: { 200: json('FileList', 'At most a thousand entries.'), ...errors(400) },
  },
  {
    method: 'get',
    path: '/api/verified',
    operationId: 'verifyContent',
    summary: 'A stored file with this content, its bytes read to the end just now or lately',
    description:
      'For who is about to delete the only other copy. A file that is no longer what was stored is not named.',
    parameters: [
      inQuery('sha256', sha256Schema, 'Of the content.', true),
      inQuery('size', z.int().min(0), 'Of the content, bytes.', true),
      inQuery(
        'within',
        z.int().min(0),
        'Seconds ago that its last reading may have begun; without it, the file is read now.',
      ),
    ],
    responses: {
      200: json('VerifiedFile', 'The file, or null where none has this content.'),
      202: json('Checking', 'It is being read: ask again.'),
      ...errors(400),
    },
  },
]

const secret = inPath('secret', z.string().regex(/^[A-Za-z0-9_-]{43}$/), 'From the address of the link.')
const html = (description: string) => ({
  description,
  content: { 'text/html': { schema: { type: 'string' } } },
})

const links: readonly Operation[] = [
  {
    method: 'get',
    path: '/api/links',
    operationId: 'listLinks',
    summary: "The links to the token's library that still open something",
    description: 'Without their addresses: who has lost one makes another link.',
    responses: { 200: json('LinkList', 'The latest first.'), ...errors() },
  },
  {
    method: 'post',
    path: '/api/links',
    operationId: 'makeLink',
    summary: 'Make a link to a file or a folder, for whoever has its address',
    description:
      'The link works for `days`, or until it is revoked. The server keeps only a digest of its address.',
    requestBody: jsonBody('MakeLink'),
    responses: { 201: json('MadeLink', 'Its address is told only now.'), ...errors(400, 404, 413, 415, 429) },
  },
  {
    method: 'delete',
    path: '/api/links/{linkId}',
    operationId: 'revokeLink',
    summary: 'Revoke a link',
    description: 'From then on it looks like one that never was.',
    parameters: [inPath('linkId', sha256Schema, 'From the answer that made it, or from the list.')],
    responses: { 204: empty('It opens nothing any more.'), ...errors(404) },
  },
  {
    method: 'get',
    path: '/s/{secret}',
    operationId: 'openLink',
    summary: 'The page that a link opens',
    description: 'A plain page without scripts, in English or Chinese, as `Accept-Language` says.',
    needsToken: false,
    parameters: [
      secret,
      inQuery('folder', z.string(), 'Below the folder that the link opens.'),
      inQuery('after', z.string(), 'Where the page before ended.'),
    ],
    responses: {
      200: html('What it opens.'),
      400: json('Error', 'No such page.'),
      404: html('It opens nothing.'),
    },
  },
  {
    method: 'get',
    path: '/s/{secret}/f/{path}',
    operationId: 'downloadShared',
    summary: 'A file that a link opens',
    description: 'Range and conditional requests work as with `/uploads/{path}`.',
    needsToken: false,
    parameters: [secret, inPath('path', z.string(), 'Below the folder that the link opens.')],
    responses: {
      200: binary('The file.'),
      206: binary('A part of it.'),
      404: json('Error', 'No such file.'),
    },
  },
  {
    method: 'get',
    path: '/s/{secret}/all.zip',
    operationId: 'downloadAllShared',
    summary: 'All files that a link opens',
    description:
      "Made while it is sent, without compression. It is cut off when a file can't be read, so that none looks whole that isn't.",
    needsToken: false,
    parameters: [secret],
    responses: {
      200: {
        description: 'ZIP64.',
        content: { 'application/zip': { schema: { type: 'string', format: 'binary' } } },
      },
      404: html('It opens nothing.'),
    },
  },
]

export const libraryOperations = [...looking, ...links]
