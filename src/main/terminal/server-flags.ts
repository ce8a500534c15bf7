/** The server that a command's flags name. */
import { UploadError } from '../../shared/protocol/errors.ts'
import { isBareAddress, type ServerAddress, serverAddressSchema } from '../../shared/servers.ts'

export interface ServerFlags {
  readonly server?: string
  readonly token: string
}

/** @param unless when it may be left out, for the message @throws UploadError `bad-request` */
export function serverOf({ server, token }: ServerFlags, unless = ''): ServerAddress {
  const parsed = serverAddressSchema.safeParse({ url: server, token })
  if (parsed.success) return parsed.data
  throw new UploadError(
    'bad-request',
    `${faultOf(server, unless)}. Use one like --server http://127.0.0.1:4700.`,
  )
}

function faultOf(server: string | undefined, unless: string): string {
  if (server === undefined) return `--server is required${unless}`
  if (!/^https?:/i.test(server) || !URL.canParse(server) || isBareAddress(server)) {
    return `--server ${server} is not an address`
  }
  return '--server must be an address without "?", "#" or a user name'
}
