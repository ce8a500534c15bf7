/** `photoferry share`: makes, lists and revokes links by which others see files of a server's library. */
import { UploadError } from '../../shared/protocol/errors.ts'
import { escapeControls } from '../../shared/protocol/escape-controls.ts'
import type { SharedLink } from '../../shared/protocol/wire.ts'
import { type LibraryFlags, withServer } from './at-server.ts'

export interface ShareFlags extends LibraryFlags {
  /** How long the link works. */
  readonly days: number
  /** Print the links that still open something. */
  readonly list?: boolean
  /** Id of a link that is to end, or the beginning of one. */
  readonly revoke?: string
}

/** @param path of the library; empty with `list` or `revoke` @returns the exit code */
export function runShare(path: string, flags: ShareFlags): Promise<number> {
  return withServer(flags, async (api, signal) => {
    const print = (line: string, value: unknown) =>
      console.log(flags.json ? JSON.stringify(value) : escapeControls(line))
    if (flags.list) {
      for (const link of await api.links(signal)) print(lineOf(link), link)
    } else if (flags.revoke !== undefined) {
      const link = idBeginningWith(flags.revoke, await api.links(signal))
      await api.revokeLink(link.linkId, signal)
      print(`Revoked: ${lineOf(link)}`, link)
    } else if (path === '') {
      throw new UploadError('bad-request', 'Name a file or folder of the library, --list or --revoke ID.')
    } else {
      const made = await api.makeLink(path.replace(/^\/|\/$/g, ''), flags.days, signal)
      const url = api.absolute(made.url)
      print(url, { ...made, url })
    }
    return 0
  })
}

function lineOf({ linkId, path, isFolder, expiresAt }: SharedLink): string {
  return `${linkId.slice(0, 12)}  until ${expiresAt.slice(0, 16).replace('T', ' ')}  ${path}${isFolder ? '/' : ''}`
}

function idBeginningWith(beginning: string, links: readonly SharedLink[]): SharedLink {
  if (!/^[0-9a-f]{4,64}$/i.test(beginning)) {
    throw new UploadError('bad-request', '--revoke wants at least four digits of an id. See --list.')
  }
  const [link, ...others] = links.filter(({ linkId }) => linkId.startsWith(beginning.toLowerCase()))
  if (link !== undefined && others.length === 0) return link
  const what = link === undefined ? 'No link' : 'More than one link'
  throw new UploadError('bad-request', `${what} has an id that begins with ${beginning}. See --list.`)
}
