/** Which icon stands for a file, by its kind. */
import { IconCamera, IconFile, IconFileText, IconMovie, IconPhoto } from '@tabler/icons-react'
import { kindOf } from '../store/file-kind.ts'

const icons = { raw: IconCamera, photo: IconPhoto, film: IconMovie, words: IconFileText, other: IconFile }

export const iconOf = (name: string) => icons[kindOf(name)]
