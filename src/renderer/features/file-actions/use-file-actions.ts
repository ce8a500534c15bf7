/** The actions that are possible for given files: names, labels, how many files each applies to, and a function that runs it. */
import { useMemo } from 'react'
import { useBridge, useCommand } from '../../bridge/use-bridge.ts'
import { useApp } from '../../store/app-store.ts'
import { useIsOnline } from '../../store/connection-store.ts'
import { queueStore, useQueue } from '../../store/queue-store.ts'
import { useText } from '../../text/use-text.ts'
import { affectedIds, type FileActionName, fileActionNames, fileActions } from './file-actions.ts'
import { runFileAction } from './run-file-action.ts'

interface OfferedAction {
  readonly name: FileActionName
  /** How many of the files it applies to; 0 where it is not possible. */
  readonly count: number
  readonly run: () => void
}

const statusOf = (id: string) => queueStore.getState().table.row(id)?.state.status

/** @param ids must stay the same object as long as its contents do */
export function useFileActions(ids: ReadonlySet<string> | readonly string[]): readonly OfferedAction[] {
  const command = useCommand()
  const online = useIsOnline()
  const version = useQueue((state) => state.statusVersion)
  const canShow = useApp((app) => app.info?.canShowInFolder ?? false)
  return useMemo(() => {
    void version
    return fileActionNames
      .filter((name) => canShow || fileActions[name].desktop === undefined)
      .map((name) => {
        const affected = () => affectedIds(name, ids, statusOf)
        return {
          name,
          count: online ? affected().length : 0,
          run: () => void runFileAction(name, command, affected()),
        }
      })
  }, [ids, version, canShow, online, command])
}

/** The label of an action: a stored file is opened in the desktop app and downloaded in a browser. */
export function useActionLabel(): (name: FileActionName) => string {
  const t = useText()
  const { mode } = useBridge()
  return (name) => (name === 'open' && mode === 'browser' ? t('list.download') : t(`list.${name}`))
}

/** The total size of files in bytes, as they are uploaded. */
export function useTotalBytes(ids: ReadonlySet<string>): number {
  const version = useQueue((state) => state.memberVersion)
  return useMemo(() => {
    void version
    const { table } = queueStore.getState()
    let bytes = 0
    for (const id of ids) bytes += table.row(id)?.size ?? 0
    return bytes
  }, [ids, version])
}
