/** The servers that photos can be uploaded to: the bundled one on this computer, and any others. */
import { z } from 'zod'

const addressShape = {
  /** http or https, without a trailing slash. */
  url: z
    .url({ protocol: /^https?$/, error: 'expected an address such as https://photos.example.com' })
    .transform((url) => url.replace(/\/+$/, '')),
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

/** The id of the bundled server, which always exists and is in no list. */
export const bundledServerId = 'bundled'

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

/** The list as the settings hold it. */
export const serverProfilesSchema = z
  .array(serverProfileSchema)
  .max(50)
  .refine((all) => new Set(all.map(({ id }) => id)).size === all.length, 'two servers have the same id')
