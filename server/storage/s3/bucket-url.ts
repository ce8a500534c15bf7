/** Reads where the files are to be kept, `s3://bucket/prefix?endpoint=…&region=…`: pure, knows no network. */

export interface S3Location {
  readonly bucket: string
  /** Before every key: empty, or folders that end with a slash. */
  readonly prefix: string
  /** Undefined for Amazon's own. */
  readonly endpoint: string | undefined
  /** Undefined: as AWS_REGION or the machine's own configuration says. */
  readonly region: string | undefined
  /** The bucket in the path of a URL rather than in its host: what nearly every store but Amazon's wants. */
  readonly pathStyle: boolean
}

const example = 's3://bucket/folder?endpoint=https://s3.example.com&region=eu-central-1'

/** @throws Error with one sentence that says what to mend, and never a secret */
export function parseS3Location(text: string): S3Location {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol !== 's3:') throw new Error(`expected a URL such as ${example}`)
  refuseSecrets(url)
  const bucket = url.hostname
  if (!/^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/i.test(bucket) || url.port !== '') {
    throw new Error(`expected the name of a bucket, as in ${example}`)
  }
  const known = ['endpoint', 'region', 'pathStyle']
  const unknown = [...url.searchParams.keys()].find((name) => !known.includes(name))
  if (unknown !== undefined) throw new Error(`knows no "${unknown}", only ${known.join(', ')}`)
  const endpoint = endpointOf(url.searchParams.get('endpoint'))
  const region = url.searchParams.get('region') || (endpoint === undefined ? undefined : 'us-east-1')
  const pathStyle = url.searchParams.get('pathStyle') ?? String(endpoint !== undefined)
  if (!['true', 'false'].includes(pathStyle)) throw new Error('expected pathStyle=true or pathStyle=false')
  return { bucket, prefix: prefixOf(url.pathname), endpoint, region, pathStyle: pathStyle === 'true' }
}

function refuseSecrets(url: URL): void {
  const isSecret = [...url.searchParams.keys()].some((name) => /key|secret|token|password/i.test(name))
  if (url.username === '' && url.password === '' && !isSecret) return
  throw new Error(
    'must not hold keys, as addresses get into logs: put them into AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
  )
}

function endpointOf(text: string | null): string | undefined {
  if (!text) return undefined
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    throw new Error('expected an endpoint such as https://s3.example.com')
  }
  refuseSecrets(url)
  return url.href.replace(/\/$/, '')
}

function prefixOf(pathname: string): string {
  const folders = pathname.split('/').filter(Boolean).map(decodeURIComponent)
  return folders.map((folder) => `${folder}/`).join('')
}
