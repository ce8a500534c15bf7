/** Reads settings from the content of a settings file: of this version, of earlier ones, or damaged by hand. */
import { bundledServerId, storedAddressSchema } from '../../shared/servers.ts'
import { type Settings, settingsSchema } from '../../shared/settings.ts'
import { skipRulesSchema } from '../../shared/skip-rules.ts'

/** What could be read. */
export interface ReadSettings {
  readonly settings: Settings
  /** Names of the settings whose value is invalid; they are at their defaults now. */
  readonly unreadable: readonly string[]
  /** Names of the servers whose token this computer can't unseal; they have none now. */
  readonly tokenless: readonly string[]
}

/** Unseals a secret; throws where it can't. */
type OpenSecret = (sealed: string) => string

/** @param content the file's JSON; unknown settings are ignored */
export function settingsFrom(content: Record<string, unknown>, open: OpenSecret): ReadSettings {
  const present = withDocumentRule(withServerList(content))
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

/** Unseals the tokens; a server whose token this computer can't unseal stays in the list without it. */
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
  const address = storedAddressSchema.nullable().safeParse(server)
  if (!address.success) return { ...rest, servers: server }
  if (address.data === null) return rest
  const id = 'first'
  const name = new URL(address.data.url).host
  return { ...rest, servers: [{ id, name, ...address.data }], defaultServerId: id }
}

/** Before version 2 a rule to skip other files skipped documents too. */
function withDocumentRule(content: Record<string, unknown>): Record<string, unknown> {
  const rules = skipRulesSchema.safeParse(content.skipRules)
  if (content.version !== undefined || !rules.success || !rules.data.groups.includes('other')) return content
  const groups = [...new Set([...rules.data.groups, 'document'])]
  return { ...content, skipRules: { ...rules.data, groups } }
}

const version = 2

/** The settings as the file holds them, with every token sealed. */
export function sealedSettings(settings: Settings, seal: (secret: string) => string) {
  return {
    version,
    ...settings,
    servers: settings.servers.map((one) => ({ ...one, token: seal(one.token) })),
  }
}
