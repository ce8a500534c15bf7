/** A file's thumbnail in a box of fixed size: the icon of its kind first, then the image fades in over it. */
import { useRef, useState } from 'react'
import { hasPicture, kindOf } from '../../../shared/file-kinds.ts'
import type { ThumbnailSize } from '../../../shared/thumbnails.ts'
import { fileIcon } from '../../ui/file-icon.ts'
import styles from './thumbnail.module.css'
import { useThumbnail } from './use-thumbnail.ts'

interface ThumbnailProps {
  readonly itemId: string
  /** The file's path or name; decides the icon. */
  readonly path: string
  /** `row` fills a square; `detail` shows the whole image in the given box. */
  readonly size: ThumbnailSize
  /** Left out where the file's name is beside it. */
  readonly alt?: string
}

export function Thumbnail({ itemId, path, size, alt = '' }: ThumbnailProps) {
  const Icon = fileIcon(path)
  const url = useThumbnail(itemId, size, hasPicture(kindOf(path)))
  // A cached image is shown at once; only one that arrives later fades in.
  const first = useRef({ itemId, url })
  // A scrolled list reuses this element for another file.
  if (first.current.itemId !== itemId) first.current = { itemId, url }
  const isAtOnce = url !== null && url === first.current.url
  const [loadedUrl, setLoadedUrl] = useState<string | null>(url)
  const isLoaded = isAtOnce || (url !== null && loadedUrl === url)
  const isIconAlone = url === null
  return (
    <span className={styles.box} data-size={size} data-picture={isLoaded || undefined}>
      <Icon
        className={styles.icon}
        stroke={1.4}
        role={isIconAlone && alt !== '' ? 'img' : undefined}
        aria-label={isIconAlone && alt !== '' ? alt : undefined}
        aria-hidden={!isIconAlone || alt === '' || undefined}
      />
      {url !== null && (
        <img
          className={styles.picture}
          src={url}
          alt={alt}
          decoding="async"
          draggable={false}
          data-at-once={isAtOnce || undefined}
          onLoad={() => setLoadedUrl(url)}
          onError={() => setLoadedUrl(null)}
        />
      )}
    </span>
  )
}
