/** `photoferry invite`: writes the file by which others connect to a server in one step. */
import { escapeControls } from '../../shared/protocol/escape-controls.ts'
import { defaultSettings } from '../../shared/settings.ts'
import { settingsFileText } from '../../shared/settings-file.ts'
import { type LibraryFlags, withServer } from './at-server.ts'
import { writeSettingsFile } from './settings-command.ts'

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
    const servers = [{ id: 'invited', name, url, token }]
    const text = settingsFileText({ ...defaultSettings, servers }, { kind: 'studio', secrets: true })
    const file = await writeSettingsFile(path, text)
    if (flags.json) console.log(JSON.stringify({ file }))
    else
      console.log(
        escapeControls(`${file}: whoever has this file can upload to ${name}. Send it only to them.`),
      )
    return 0
  })
}
