/** What can be done to the given files now: names, how many each concerns, and a function that does it. */
import { useMemo } from 'react'
import { useCommand } from '../../bridge/use-bridge.ts'
import { useApp } from '../../store/app-store.ts'
import { useConnection } from '../../store/connection-store.ts'
import { queueStore, useQueue } from '../../store/queue-store.ts'
import { concerned, type FileActionName, fileActionNames, fileActions } from './file-actions.ts'
import { runFileAction } from './run-file-action.ts'

export interface OfferedAction {
  readonly name: FileActionName
  /** Of the given files it concerns so many; 0 where it can do nothing. */
  readonly count: number
  readonly run: () => void
}

const statusOf = (id: string) => queueStore.getState().table.row(id)?.state.status

/** @param ids must stay the same object while its content does */
export function useFileActions(ids: ReadonlySet<string> | readonly string[]): readonly OfferedAction[] {
  const command = useCommand()
  const online = useConnection((connection) => connection.phase === 'online')
  const version = useQueue((state) => state.statusVersion)
  const canShow = useApp((app) => app.info?.canShowInFolder ?? false)
  return useMemo(() => {
    void version
    return fileActionNames
      .filter((name) => canShow || fileActions[name].desktop === undefined)
      .map((name) => {
        const concern = () => concerned(name, ids, statusOf)
        return {
          name,
          count: online ? concern().length : 0,
          run: () => void runFileAction(name, command, concern()),
        }
      })
  }, [ids, version, canShow, online, command])
}

/** Bytes of these files together, as they are sent. */
export function useChosenBytes(ids: ReadonlySet<string>): number {
  const version = useQueue((state) => state.memberVersion)
  return useMemo(() => {
    void version
    const { table } = queueStore.getState()
    let bytes = 0
    for (const id of ids) bytes += table.row(id)?.size ?? 0
    return bytes
  }, [ids, version])
}
