/** Reads settings from the content of a settings file: of this version, of earlier ones, or damaged by hand. */
import { lstatSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundledServerId, type ServerProfile, storedAddressSchema } from '../../shared/servers.ts'
import { type Settings, settingsSchema } from '../../shared/settings.ts'
import { skipRulesSchema } from '../../shared/skip-rules.ts'

/** Many times what 200 servers and presets take, bytes. */
const mostBytes = 16_000_000

/** @param stateDir absolute path @returns the absolute path of its settings file */
export function settingsPath(stateDir: string): string {
  return join(stateDir, 'settings.json')
}

/**
 * The content of a settings file, not checked yet; empty where there is no file.
 * @throws Error for what is no regular file, no JSON or no object: such a file holds no settings
 */
export function settingsContent(file: string): Record<string, unknown> {
  const stats = lstatSync(file, { throwIfNoEntry: false })
  if (stats === undefined) return {}
  if (!stats.isFile() || stats.size > mostBytes) throw new Error('not a file of settings')
  const content: unknown = JSON.parse(readFileSync(file, 'utf8'))
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw new Error('not a JSON object')
  }
  return Object.fromEntries(Object.entries(content))
}

/** What could be read. */
export interface ReadSettings {
  readonly settings: Settings
  /** Names of the settings whose value is invalid; they are at their defaults now. */
  readonly unreadable: readonly string[]
  /** The servers whose token this computer can't unseal, now at least; they have none in the settings. */
  readonly tokenless: readonly UnopenedToken[]
}

/** A token that stays sealed in the file until the person enters another, or changes where it would be sent. */
export interface UnopenedToken {
  readonly serverId: string
  readonly serverName: string
  readonly url: string
  readonly sealed: string
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
  const tokenless: UnopenedToken[] = []
  const servers = settings.servers.map((server) => {
    try {
      return { ...server, token: open(server.token) }
    } catch {
      const { id, name, url, token } = server
      tokenless.push({ serverId: id, serverName: name, url, sealed: token })
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

/** The settings as the file holds them, with every token sealed. @param unopened stay as they were */
export function sealedSettings(
  settings: Settings,
  seal: (secret: string) => string,
  unopened: readonly UnopenedToken[],
) {
  const kept = (server: ServerProfile) =>
    server.token === ''
      ? unopened.find(({ serverId, url }) => serverId === server.id && url === server.url)?.sealed
      : undefined
  return {
    version,
    ...settings,
    servers: settings.servers.map((one) => ({ ...one, token: kept(one) ?? seal(one.token) })),
  }
}
