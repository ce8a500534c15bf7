/** The icon of a file, by the group that its name puts it in. */
import { IconCamera, IconFile, IconFileText, IconMovie, IconPhoto } from '@tabler/icons-react'
import { type FileGroup, kindOf } from '../../shared/file-kinds.ts'

export const groupIcons: Readonly<Record<FileGroup, typeof IconPhoto>> = {
  photo: IconPhoto,
  raw: IconCamera,
  video: IconMovie,
  document: IconFileText,
  other: IconFile,
}

/** @param name a file name or a path */
export const fileIcon = (name: string) => groupIcons[kindOf(name).group]
