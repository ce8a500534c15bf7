/** What a WebDAV client is told of a file or a folder, as XML (RFC 4918 sections 14 and 15). */
import { contentType } from 'mime-types'
import { escapeMarkup, unspeakableInXml } from '../../../../src/shared/protocol/escape-markup.ts'
import type { FileRow } from '../../../ledger/ledger.ts'

export const documentStart = '<?xml version="1.0" encoding="utf-8"?>\n<D:multistatus xmlns:D="DAV:">\n'
export const documentEnd = '</D:multistatus>\n'

/** What XML cannot hold is left out of names for people; addresses are percent-encoded. */
const escaped = (text: string) => escapeMarkup(text.replace(unspeakableInXml, ''))

/** @param href percent-encoded @param properties XML */
function response(href: string, name: string, properties: string): string {
  return `<D:response><D:href>${escaped(href)}</D:href><D:propstat><D:prop><D:displayname>${escaped(name)}</D:displayname>${properties}</D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>\n`
}

const lastPart = (path: string) => path.slice(path.lastIndexOf('/') + 1)

/** @param href ends with a slash @param path of the client; empty for the library */
export function folderResponse(href: string, path: string): string {
  return response(href, lastPart(path), '<D:resourcetype><D:collection/></D:resourcetype>')
}

export function fileResponse(href: string, file: FileRow): string {
  const name = lastPart(file.storedPath)
  return response(
    href,
    name,
    [
      '<D:resourcetype/>',
      `<D:getcontentlength>${file.size}</D:getcontentlength>`,
      `<D:getcontenttype>${escaped(contentType(name) || 'application/octet-stream')}</D:getcontenttype>`,
      `<D:getlastmodified>${new Date(file.mtimeMs).toUTCString()}</D:getlastmodified>`,
      `<D:creationdate>${new Date(file.storedAtMs).toISOString()}</D:creationdate>`,
      `<D:getetag>"${file.md5}"</D:getetag>`,
    ].join(''),
  )
}
