/** Everything that can be done to chosen files: which of them it concerns, its icon and its key. Pure but for icons. */
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
  /** Files in which statuses it concerns. */
  readonly concerns: (status: UploadStatus) => boolean
  /** For one file at a time. */
  readonly single?: true
  /** Only where the system's file manager can be told. */
  readonly desktop?: true
}

const isDone = (status: UploadStatus) => status === 'done'

export const fileActions: Readonly<Record<FileActionName, FileAction>> = {
  pause: { icon: IconPlayerPause, concerns: can.pause },
  resume: { icon: IconPlayerPlay, concerns: can.resume },
  retry: { icon: IconRefresh, concerns: can.retry },
  moveToTop: {
    icon: IconArrowBarToUp,
    concerns: (status) => !isFinished(status) && !isActive(status),
  },
  open: { icon: IconExternalLink, concerns: isDone, single: true },
  copyLink: { icon: IconLink, concerns: isDone },
  showInFolder: { icon: IconFolderOpen, concerns: () => true, desktop: true },
  removeFinished: {
    icon: IconTrash,
    concerns: (status) => isDone(status) || status === 'canceled',
  },
  cancel: { icon: IconX, concerns: can.cancel },
}

/** Ids of those files that an action concerns; none where it is for one file and there are more. */
export function concerned(
  name: FileActionName,
  ids: Iterable<string>,
  statusOf: (id: string) => UploadStatus | undefined,
): string[] {
  const { concerns, single } = fileActions[name]
  const found: string[] = []
  for (const id of ids) {
    const status = statusOf(id)
    if (status !== undefined && concerns(status)) found.push(id)
  }
  return single && found.length > 1 ? [] : found
}
