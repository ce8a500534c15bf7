/** Reads `mysql://user:password@host:port/database`: pure. Whatever is wrong with it is said without its password. */

/** Where a ledger of several servers is. */
export interface DatabaseAddress {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
  /** Encrypted, the server's certificate checked. */
  readonly tls: boolean
  /** Most connections for statements; one more is for claims. */
  readonly connections: number
}

const expected = 'expected mysql://user:password@host:3306/database'
const defaultPort = 3306
const defaultConnections = 10
const mostConnections = 1_000

/** @throws Error that says what is wrong, and nothing of the password */
export function parseDatabaseUrl(text: string): DatabaseAddress {
  if (!URL.canParse(text))
    throw new Error(`${expected}, got something else; write # / ? @ in a password as %23 %2F %3F %40`)
  const url = new URL(text)
  if (url.protocol !== 'mysql:' && url.protocol !== 'mariadb:') {
    throw new Error(`${expected} (or mariadb://), got ${url.protocol}//…`)
  }
  const database = decoded(url.pathname.slice(1), 'database')
  if (url.hostname === '') throw new Error(`${expected}: the host is missing`)
  if (url.username === '') throw new Error(`${expected}: the user is missing`)
  if (!/^[^/\0]{1,64}$/.test(database))
    throw new Error(`${expected}: the name of the database is missing or no name`)
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? defaultPort : Number(url.port),
    user: decoded(url.username, 'user'),
    password: decoded(url.password, 'password'),
    database,
    ...parseOptions(url.searchParams),
  }
}

/** For people: without the password. */
export function describeDatabase({ user, host, port, database }: DatabaseAddress): string {
  return `${user}@${host.includes(':') ? `[${host}]` : host}:${port}/${database}`
}

function parseOptions(options: URLSearchParams): Pick<DatabaseAddress, 'tls' | 'connections'> {
  for (const name of options.keys()) {
    if (name !== 'tls' && name !== 'connections') throw new Error(`it knows tls and connections, not ${name}`)
  }
  const tls = options.get('tls') ?? 'false'
  if (tls !== 'true' && tls !== 'false') throw new Error(`tls is true or false, not ${tls}`)
  const connections = Number(options.get('connections') ?? defaultConnections)
  if (!Number.isInteger(connections) || connections < 1 || connections > mostConnections) {
    throw new Error(`connections is a number from 1 to ${mostConnections}`)
  }
  return { tls: tls === 'true', connections }
}

function decoded(part: string, what: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw new Error(`the ${what} holds a % that is no escape; write it as %25`)
  }
}
