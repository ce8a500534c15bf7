/** What each action on files is called here: in the desktop app a stored file is opened, in a browser downloaded. */
import { useBridge } from '../../bridge/use-bridge.ts'
import { useText } from '../../text/use-text.ts'
import type { FileActionName } from './file-actions.ts'

export function useActionWords(): (name: FileActionName) => string {
  const t = useText()
  const { mode } = useBridge()
  return (name) => (name === 'open' && mode === 'browser' ? t('list.download') : t(`list.${name}`))
}
