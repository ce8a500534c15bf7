/** Parses the address of a database, `mysql://user:password@host:port/database`. Its errors never contain the password. */

export interface DatabaseAddress {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
  /** Encrypts the connection and checks the database's certificate. */
  readonly tls: boolean
  /** Limit on connections for statements; one more is for claims. */
  readonly connections: number
}

const expected = 'expected mysql://user:password@host:3306/database'
const defaultPort = 3306
const defaultConnections = 10
const maxConnections = 1_000

/** @throws Error with one sentence that says what to correct, never with the password */
export function parseDatabaseUrl(text: string): DatabaseAddress {
  if (!URL.canParse(text))
    throw new Error(`${expected}, got something else; in a password write # / ? @ as %23 %2F %3F %40`)
  const url = new URL(text)
  if (url.protocol !== 'mysql:' && url.protocol !== 'mariadb:') {
    throw new Error(`${expected} (or mariadb://), got ${url.protocol}//…`)
  }
  const database = decoded(url.pathname.slice(1), 'database')
  if (url.hostname === '') throw new Error(`${expected}: the host is missing`)
  if (url.username === '') throw new Error(`${expected}: the user is missing`)
  if (!/^[^/\0]{1,64}$/.test(database))
    throw new Error(`${expected}: the name of the database is missing or invalid`)
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
    if (name !== 'tls' && name !== 'connections')
      throw new Error(`unknown option ${name}; expected tls or connections`)
  }
  const tls = options.get('tls') ?? 'false'
  if (tls !== 'true' && tls !== 'false') throw new Error(`tls must be true or false, not ${tls}`)
  const connections = Number(options.get('connections') ?? defaultConnections)
  if (!Number.isInteger(connections) || connections < 1 || connections > maxConnections) {
    throw new Error(`connections must be a number from 1 to ${maxConnections}`)
  }
  return { tls: tls === 'true', connections }
}

function decoded(part: string, what: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw new Error(`the ${what} contains a % that is not an escape; write it as %25`)
  }
}
