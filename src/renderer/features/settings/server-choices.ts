/** The servers to choose from, for a list: this computer's own first. */
import { escapeControls } from '../../../shared/protocol/escape-controls.ts'
import { bundledServerId } from '../../../shared/servers.ts'
import type { Settings } from '../../../shared/settings.ts'
import type { Translate } from '../../text/use-text.ts'

export function serverChoices({ servers }: Settings, t: Translate): { value: string; label: string }[] {
  return [
    { value: bundledServerId, label: t('servers.bundled') },
    ...servers.map(({ id, name }) => ({ value: id, label: escapeControls(name) })),
  ]
}
