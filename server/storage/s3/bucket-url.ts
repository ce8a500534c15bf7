/** Parses the address of a bucket, `s3://bucket/prefix?endpoint=…&region=…`. */

export interface BucketAddress {
  readonly bucket: string
  /** Before every key: empty, or folders that end with a slash. */
  readonly prefix: string
  /** Undefined for Amazon S3. */
  readonly endpoint: string | undefined
  /** Undefined for AWS_REGION or the machine's own configuration. */
  readonly region: string | undefined
  /** Puts the bucket into the path of a URL instead of its host: needed by nearly every store but Amazon's. */
  readonly pathStyle: boolean
}

const example = 's3://bucket/folder?endpoint=https://s3.example.com&region=eu-central-1'

/** @throws Error with one sentence that says what to correct, and never a secret */
export function parseBucketUrl(text: string): BucketAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol !== 's3:') throw new Error(`expected a URL such as ${example}`)
  refuseSecrets(url)
  const bucket = url.hostname
  if (!/^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/i.test(bucket) || url.port !== '') {
    throw new Error(`expected the name of a bucket, as in ${example}`)
  }
  const known = ['endpoint', 'region', 'pathStyle']
  const unknown = [...url.searchParams.keys()].find((name) => !known.includes(name))
  if (unknown !== undefined) throw new Error(`unknown option "${unknown}"; expected ${known.join(', ')}`)
  const endpoint = parseEndpoint(url.searchParams.get('endpoint'))
  const region = url.searchParams.get('region') || (endpoint === undefined ? undefined : 'us-east-1')
  const pathStyle = url.searchParams.get('pathStyle') ?? String(endpoint !== undefined)
  if (!['true', 'false'].includes(pathStyle)) throw new Error('expected pathStyle=true or pathStyle=false')
  return { bucket, prefix: prefixOf(url.pathname), endpoint, region, pathStyle: pathStyle === 'true' }
}

function refuseSecrets(url: URL): void {
  const hasSecret = [...url.searchParams.keys()].some((name) => /key|secret|token|password/i.test(name))
  if (url.username === '' && url.password === '' && !hasSecret) return
  throw new Error(
    'must not contain keys, because addresses end up in logs: put them into AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
  )
}

function parseEndpoint(text: string | null): string | undefined {
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
