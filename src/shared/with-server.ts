/** Adds a server to the list of the settings, or brings the one of that address up to date. */
import { mostServers, type ServerProfile } from './servers.ts'

interface WithServer {
  readonly servers: ServerProfile[]
  /** Of the server that was added, as the list has it. */
  readonly id: string
  readonly name: string
}

/**
 * @param server its name is empty where nobody gave it one: then it is called like its host
 * @returns null where the list is full
 */
export function withServer(servers: readonly ServerProfile[], server: ServerProfile): WithServer | null {
  const known = servers.find(({ url }) => url === server.url)
  if (known === undefined && servers.length >= mostServers) return null
  const others = servers.filter((other) => other !== known)
  const wanted = server.name.trim() || known?.name || hostOf(server.url)
  const id = known?.id ?? server.id
  const name = freeName(wanted, new Set(others.map((other) => other.name.trim())))
  const added = { ...server, id, name }
  const next = known === undefined ? [...servers, added] : servers.map((one) => (one === known ? added : one))
  return { servers: next, id, name }
}

/** No two servers have one name. */
function freeName(wanted: string, taken: ReadonlySet<string>): string {
  let name = wanted
  for (let nth = 2; taken.has(name); nth++) name = `${wanted} (${nth})`
  return name
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url
}
