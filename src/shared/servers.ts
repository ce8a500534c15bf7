/** The servers that photos can be uploaded to: the bundled one on this computer, and any others. */
import { z } from 'zod'

/** http or https, perhaps with a path that a reverse proxy serves it below; without a slash at the end. */
const httpSchema = z.url({
  protocol: /^https?$/,
  error: 'expected an address such as https://photos.example.com',
})
const urlSchema = httpSchema.transform(withoutSlash)

/** Of earlier versions, which let a query and a fragment pass: no route could be added to these, so they go. */
const storedUrlSchema = httpSchema.transform((url) => withoutSlash(url.replace(/[?#].*$/s, '')))

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '')
}

/** What a person may enter: routes are added to its end, so nothing may follow the path. */
const enteredUrlSchema = urlSchema.refine(isBareAddress, {
  error: 'expected an address without "?", "#" or a user name, such as https://photos.example.com/photos',
})

const addressShape = {
  url: enteredUrlSchema,
  token: z.string(),
  /**
   * SHA-256 of the one certificate to accept although no authority signed it, hex in upper case with colons, as
   * Node and openssl print it; without one only what the system trusts is accepted.
   */
  fingerprint: z
    .string()
    .regex(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/, 'expected a SHA-256 fingerprint such as AB:CD:…')
    .optional(),
}

/** How a server is reached. */
export const serverAddressSchema = z.object(addressShape)
export type ServerAddress = z.infer<typeof serverAddressSchema>

/** A change to it; what it leaves out stays. */
export const addressChangeSchema = z.object({
  url: z.exactOptional(addressShape.url),
  token: z.exactOptional(addressShape.token),
  fingerprint: z.exactOptional(addressShape.fingerprint.unwrap()),
})
export type AddressChange = Readonly<z.infer<typeof addressChangeSchema>>

/** The same as earlier versions stored it. */
export const storedAddressSchema = serverAddressSchema.extend({ url: storedUrlSchema })

/** The id of the bundled server, which always exists and is in no list. */
export const bundledServerId = 'bundled'

/** Whether an address ends with its path: no query, no fragment, no user name or password. */
export function isBareAddress(url: string): boolean {
  if (/[?#]/.test(url) || !URL.canParse(url)) return false
  const { username, password } = new URL(url)
  return username === '' && password === ''
}

/** The settings hold no more. */
export const mostServers = 50

/** A server that somebody runs elsewhere. */
const serverProfileSchema = z.object({
  /** Chosen when it is added; stays the same when name or address change. */
  id: z
    .string()
    .min(1)
    .max(64)
    .refine((id) => id !== bundledServerId, 'this id belongs to the server of this computer'),
  /** What the person calls it. */
  name: z.string().trim().min(1, 'expected a name').max(100),
  ...addressShape,
})
export type ServerProfile = Readonly<z.infer<typeof serverProfileSchema>>

function listOf<Schema extends typeof serverProfileSchema>(schema: Schema) {
  return z
    .array(schema)
    .max(mostServers)
    .refine((all) => new Set(all.map(({ id }) => id)).size === all.length, 'two servers have the same id')
}

/** The list as a person may set it. */
export const enteredServersSchema = listOf(serverProfileSchema)

/** The list as the settings hold it: earlier versions let addresses pass that would be refused today. */
export const serverProfilesSchema = listOf(serverProfileSchema.extend({ url: storedUrlSchema }))
