/** Everything that can be done to files: in which statuses each action applies, and its icon. */
import {
  IconArrowBarToUp,
  IconExternalLink,
  IconFolderOpen,
  IconLink,
  IconPlayerPause,
  IconPlayerPlay,
  IconRefresh,
  IconTrash,
  IconX,
} from '@tabler/icons-react'
import type { ComponentType } from 'react'
import { isActive, isFinished, type UploadStatus } from '../../../shared/upload.ts'
import { can } from '../../store/status-groups.ts'

/** In the order in which menus list them. */
export const fileActionNames = [
  'pause',
  'resume',
  'retry',
  'moveToTop',
  'open',
  'copyLink',
  'showInFolder',
  'removeFinished',
  'cancel',
] as const
export type FileActionName = (typeof fileActionNames)[number]

interface FileAction {
  readonly icon: ComponentType<{ readonly size?: number; readonly stroke?: number }>
  /** Whether the action is possible for a file in this status. */
  readonly appliesTo: (status: UploadStatus) => boolean
  /** Only for one file at a time. */
  readonly single?: true
  /** Only in the desktop app, which can reach the system's file manager. */
  readonly desktop?: true
}

const isDone = (status: UploadStatus) => status === 'done'

export const fileActions: Readonly<Record<FileActionName, FileAction>> = {
  pause: { icon: IconPlayerPause, appliesTo: can.pause },
  resume: { icon: IconPlayerPlay, appliesTo: can.resume },
  retry: { icon: IconRefresh, appliesTo: can.retry },
  moveToTop: {
    icon: IconArrowBarToUp,
    appliesTo: (status) => !isFinished(status) && !isActive(status),
  },
  open: { icon: IconExternalLink, appliesTo: isDone, single: true },
  copyLink: { icon: IconLink, appliesTo: isDone },
  showInFolder: { icon: IconFolderOpen, appliesTo: () => true, desktop: true },
  removeFinished: {
    icon: IconTrash,
    appliesTo: can.removeFinished,
  },
  cancel: { icon: IconX, appliesTo: can.cancel },
}

/** Ids of the files that an action applies to; none where it is for a single file and there are several. */
export function affectedIds(
  name: FileActionName,
  ids: Iterable<string>,
  statusOf: (id: string) => UploadStatus | undefined,
): string[] {
  const { appliesTo, single } = fileActions[name]
  const found: string[] = []
  for (const id of ids) {
    const status = statusOf(id)
    if (status !== undefined && appliesTo(status)) found.push(id)
  }
  return single && found.length > 1 ? [] : found
}
