/** The icon that stands for a file, by its group. */
import { IconCamera, IconFile, IconFileText, IconMovie, IconPhoto } from '@tabler/icons-react'
import { type FileGroup, kindOf } from '../../shared/file-kinds.ts'

export const groupIcons: Readonly<Record<FileGroup, typeof IconPhoto>> = {
  photo: IconPhoto,
  raw: IconCamera,
  video: IconMovie,
  document: IconFileText,
  other: IconFile,
}

/** @param name a file name, or a path that ends in one */
export const iconOf = (name: string) => groupIcons[kindOf(name).group]
