/** A file's thumbnail while a component shows it: requested after a short delay, dropped when the component is removed. */
import { useEffect, useState } from 'react'
import type { Bridge } from '../../../shared/bridge.ts'
import type { ThumbnailSize } from '../../../shared/thumbnails.ts'
import { useBridge } from '../../bridge/use-bridge.ts'
import { ThumbnailLoader } from './thumbnail-loader.ts'

/** Rows that pass by while the list scrolls are not worth a request. */
const delayMs = 90
/** Pauses before a retry while PhotoFerry is busy or cannot be reached; after the last one the icon stays. */
const retryAfterMs = [1_000, 4_000, 15_000]

const loaders = new WeakMap<Bridge, ThumbnailLoader>()

function loaderFor(bridge: Bridge): ThumbnailLoader {
  const loader =
    loaders.get(bridge) ??
    new ThumbnailLoader({
      fetch: (itemId, size, signal) => bridge.thumbnail(itemId, size, signal),
      createUrl: (picture) => URL.createObjectURL(picture),
      revokeUrl: (url) => URL.revokeObjectURL(url),
      now: () => Date.now(),
    })
  loaders.set(bridge, loader)
  return loader
}

/**
 * @param wanted false for files that cannot have a thumbnail
 * @returns an object URL; null while there is none
 */
export function useThumbnail(itemId: string, size: ThumbnailSize, wanted: boolean): string | null {
  const { bridge } = useBridge()
  const loader = loaderFor(bridge)
  const [shown, setShown] = useState<{ key: string; url: string | null } | null>(null)
  const key = `${size} ${itemId}`
  useEffect(() => {
    if (!wanted || loader.known(itemId, size) !== undefined) return
    const unmounting = new AbortController()
    let timer = setTimeout(() => ask(0), delayMs)
    const ask = (tries: number) => {
      loader.load(itemId, size, unmounting.signal).then(
        (url) => !unmounting.signal.aborted && setShown({ key, url }),
        () => {
          const waitMs = retryAfterMs[tries]
          if (unmounting.signal.aborted || waitMs === undefined) return
          timer = setTimeout(() => ask(tries + 1), waitMs)
        },
      )
    }
    return () => {
      clearTimeout(timer)
      unmounting.abort()
    }
  }, [loader, itemId, size, wanted, key])
  if (!wanted) return null
  return loader.known(itemId, size) ?? (shown?.key === key ? shown.url : null)
}
