/** Makes settings of what a settings file holds: today's form, that of earlier versions, and one damaged by hand. */
import { bundledServerId, serverAddressSchema } from '../../shared/servers.ts'
import { type Settings, settingsSchema } from '../../shared/settings.ts'

/** What could be read. */
export interface ReadSettings {
  readonly settings: Settings
  /** Names of the settings whose value is none, which are at their defaults now. */
  readonly unreadable: readonly string[]
  /** Names of the servers whose token this computer cannot open, which have none now. */
  readonly tokenless: readonly string[]
}

/** Makes a readable secret of a sealed one; throws where it cannot. */
type OpenSecret = (sealed: string) => string

/** @param content the file's JSON; unknown settings are passed over */
export function settingsFrom(content: Record<string, unknown>, open: OpenSecret): ReadSettings {
  const present = withServerList(content)
  const unreadable: string[] = []
  const read: Record<string, unknown> = {}
  for (const [name, schema] of Object.entries(settingsSchema.shape)) {
    if (!(name in present)) continue
    const value = schema.safeParse(present[name])
    if (value.success) read[name] = value.data
    else unreadable.push(name)
  }
  const settings = settingsSchema.parse(read)
  return { ...opened(settings, open), unreadable }
}

/** Tokens become readable; one that this computer cannot open leaves its server on the list, without it. */
function opened(settings: Settings, open: OpenSecret): Omit<ReadSettings, 'unreadable'> {
  const tokenless: string[] = []
  const servers = settings.servers.map((server) => {
    try {
      return { ...server, token: open(server.token) }
    } catch {
      tokenless.push(server.name)
      return { ...server, token: '' }
    }
  })
  const known = servers.some(({ id }) => id === settings.defaultServerId)
  const defaultServerId = known ? settings.defaultServerId : bundledServerId
  return { settings: { ...settings, servers, defaultServerId }, tokenless }
}

/** Earlier versions knew one server, under `server`; null stood for the bundled one. */
function withServerList(content: Record<string, unknown>): Record<string, unknown> {
  if (!('server' in content) || 'servers' in content) return content
  const { server, ...rest } = content
  const address = serverAddressSchema.nullable().safeParse(server)
  if (!address.success) return { ...rest, servers: server }
  if (address.data === null) return rest
  const id = 'first'
  const name = new URL(address.data.url).host
  return { ...rest, servers: [{ id, name, ...address.data }], defaultServerId: id }
}

/** The settings as the file holds them, with every token sealed. */
export function sealedSettings(settings: Settings, seal: (secret: string) => string) {
  return { ...settings, servers: settings.servers.map((one) => ({ ...one, token: seal(one.token) })) }
}
