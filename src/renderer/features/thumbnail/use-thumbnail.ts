/** A file's thumbnail for as long as a component shows it: asked for once it has stayed for a moment, dropped when it goes. */
import { useEffect, useState } from 'react'
import type { Bridge } from '../../../shared/bridge.ts'
import type { ThumbnailSize } from '../../../shared/thumbnails.ts'
import { useBridge } from '../../bridge/use-bridge.ts'
import { ThumbnailLoader } from './thumbnail-loader.ts'

/** Rows that only flash by while somebody scrolls are not worth a request, in ms. */
const settleMs = 90
/** PhotoFerry was busy or away: then, in ms; after the last, the icon stays. */
const againAfterMs = [1_000, 4_000, 15_000]

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
 * @param wanted false where an icon is all there can be
 * @returns an object URL; null while there is none
 */
export function useThumbnail(itemId: string, size: ThumbnailSize, wanted: boolean): string | null {
  const { bridge } = useBridge()
  const loader = loaderFor(bridge)
  const [shown, setShown] = useState<{ key: string; url: string | null } | null>(null)
  const key = `${size} ${itemId}`
  useEffect(() => {
    if (!wanted || loader.known(itemId, size) !== undefined) return
    const leaving = new AbortController()
    let timer = setTimeout(() => ask(0), settleMs)
    const ask = (tries: number) => {
      loader.load(itemId, size, leaving.signal).then(
        (url) => !leaving.signal.aborted && setShown({ key, url }),
        () => {
          const waitMs = againAfterMs[tries]
          if (leaving.signal.aborted || waitMs === undefined) return
          timer = setTimeout(() => ask(tries + 1), waitMs)
        },
      )
    }
    return () => {
      clearTimeout(timer)
      leaving.abort()
    }
  }, [loader, itemId, size, wanted, key])
  if (!wanted) return null
  return loader.known(itemId, size) ?? (shown?.key === key ? shown.url : null)
}
