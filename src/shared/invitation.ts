/** An invitation: a small file that a studio hands out, with all that is needed to send photos to its server. */
import { z } from 'zod'
import { serverAddressSchema } from './servers.ts'

/** What the name of such a file ends with. */
export const invitationExtension = '.photoferry'
/** A larger file is none, bytes. */
export const largestInvitation = 64 * 1024

/** JSON. Whoever has it can upload with its token, so it is as secret as that. */
/** Everything of it that is checked. */
export const invitationSchema = z.object({
  invitation: z.literal('PhotoFerry'),
  /** What the studio calls its server. */
  name: z.string().trim().min(1).max(100),
  ...serverAddressSchema.shape,
})
export type Invitation = Readonly<z.infer<typeof invitationSchema>>

/** @param text of the file @returns null for anything that is no invitation */
export function parseInvitation(text: string): Invitation | null {
  try {
    return invitationSchema.parse(JSON.parse(text))
  } catch {
    return null
  }
}
