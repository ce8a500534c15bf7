/** Does what is chosen in the menus of the system; a browser has none. */
import { useEffect } from 'react'
import type { MenuCommand } from '../../shared/preload-api.ts'
import { useBridge } from '../bridge/use-bridge.ts'
import { useFilePicker } from '../features/intake/use-file-picker.ts'
import { openDialog } from '../store/view-store.ts'

export function useSystemMenu(): void {
  const connected = useBridge()
  const pick = useFilePicker()
  useEffect(() => {
    if (connected.mode !== 'desktop') return
    const acts: Readonly<Record<MenuCommand, () => unknown>> = {
      'add-files': () => pick('files'),
      'add-folder': () => pick('folder'),
      'add-opened': () => pick('opened'),
      settings: () => openDialog('settings'),
      history: () => openDialog('history'),
      shortcuts: () => openDialog('shortcuts'),
    }
    return connected.onMenu((command) => void acts[command]())
  }, [connected, pick])
}
