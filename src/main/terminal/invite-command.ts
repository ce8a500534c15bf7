/** `photoferry invite`: writes the file by which others connect to a server in one step. */
import { open } from 'node:fs/promises'
import { invitationExtension, invitationSchema } from '../../shared/invitation.ts'
import { UploadError } from '../../shared/protocol/errors.ts'
import { escapeControls } from '../../shared/protocol/escape-controls.ts'
import { type LibraryFlags, withServer } from './at-server.ts'

export interface InviteFlags extends LibraryFlags {
  /** What the studio calls its server. */
  readonly name?: string
}

/** @param path absolute; the extension is added where it is missing @returns the exit code */
export function runInvite(path: string, flags: InviteFlags): Promise<number> {
  return withServer(flags, async (api, signal) => {
    await api.checkToken(signal)
    const { url, token } = api.address
    const name = flags.name ?? new URL(url).host
    const invitation = invitationSchema.parse({ invitation: 'PhotoFerry', name, url, token })
    const file = path.endsWith(invitationExtension) ? path : `${path}${invitationExtension}`
    await writeNew(file, `${JSON.stringify(invitation, null, 2)}\n`)
    if (flags.json) console.log(JSON.stringify({ file }))
    else
      console.log(
        escapeControls(`${file}: whoever has this file can upload to ${name}. Send it only to them.`),
      )
    return 0
  })
}

/** It holds a token: only this user may read it. */
async function writeNew(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600).catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === 'EEXIST' ? 'is there already' : 'can’t be written'
    throw new UploadError('bad-request', `${path} ${why}. Choose another name.`, { cause })
  })
  await file.writeFile(text).finally(() => file.close())
}
