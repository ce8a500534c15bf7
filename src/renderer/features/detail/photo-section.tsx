/** What a camera wrote into a photo or a clip: camera, lens, exposure, time, duration. Nothing for files without such data. */
import { useEffect, useState } from 'react'
import type { ItemRow } from '../../../shared/feed.ts'
import { hasFacts, kindOf } from '../../../shared/file-kinds.ts'
import type { PhotoFacts } from '../../../shared/photo-facts.ts'
import { useBridge } from '../../bridge/use-bridge.ts'
import { useIsOnline } from '../../store/connection-store.ts'
import { formatDuration, formatMoment } from '../../text/format.ts'
import { useText } from '../../text/use-text.ts'
import { Fact, Facts } from './fact-list.tsx'

/** A key that is held down skips files; only a file that stays current is asked for. */
const delayMs = 150

export function PhotoSection({ row }: { readonly row: ItemRow }) {
  const t = useText()
  const photo = usePhotoFacts(row.id, hasFacts(kindOf(row.relativePath)))
  if (photo === null || isEmpty(photo)) return null
  const { camera, lens, takenAt, width, height, durationSeconds, format, hasLocation } = photo
  const isClip = kindOf(row.relativePath).group === 'video'
  return (
    <Facts title={t(isClip ? 'detail.video' : 'detail.photo')}>
      <Fact term={t('detail.taken')} value={takenAt === null ? null : formatTaken(takenAt)} />
      <Fact term={t('detail.camera')} value={camera} />
      <Fact term={t('detail.lens')} value={lens} />
      <Fact term={t('detail.exposure')} value={formatExposure(photo)} />
      <Fact
        term={t('detail.dimensions')}
        value={width === null || height === null ? null : t('detail.pixels', { width, height })}
      />
      <Fact term={t('detail.duration')} value={durationSeconds ? formatDuration(durationSeconds) : null} />
      <Fact term={t('detail.format')} value={format ?? null} />
      <Fact term={t('detail.location')} value={hasLocation ? t('detail.hasLocation') : null} />
    </Facts>
  )
}

/** As photographers write it: `1/250 s · f/2.8 · ISO 400 · 35 mm`. */
function formatExposure({ exposureSeconds, aperture, iso, focalLengthMm }: PhotoFacts): string {
  return [
    exposureSeconds === null ? '' : formatShutter(exposureSeconds),
    aperture === null ? '' : `f/${Number(aperture.toFixed(1))}`,
    iso === null ? '' : `ISO ${Math.round(iso)}`,
    focalLengthMm === null ? '' : `${Math.round(focalLengthMm)} mm`,
  ]
    .filter((part) => part !== '')
    .join(' · ')
}

/** `1/250 s` below 0.4 seconds, `2.5 s` above. */
function formatShutter(seconds: number): string {
  if (seconds <= 0) return ''
  if (seconds < 0.4) return `1/${Math.round(1 / seconds)} s`
  return `${Number(seconds.toFixed(1))} s`
}

/** @param takenAt ISO 8601, usually without an offset: the camera's own clock */
function formatTaken(takenAt: string): string {
  const ms = Date.parse(takenAt)
  return Number.isNaN(ms) ? takenAt : formatMoment(ms)
}

function isEmpty({ camera, lens, takenAt, width, iso, format = null }: PhotoFacts): boolean {
  return [camera, lens, takenAt, width, iso, format].every((fact) => fact === null)
}

function usePhotoFacts(id: string, isPhoto: boolean): PhotoFacts | null {
  const { bridge } = useBridge()
  const online = useIsOnline()
  const [photo, setPhoto] = useState<PhotoFacts | null>(null)
  useEffect(() => {
    if (!isPhoto || !online) return
    let isWanted = true
    const timer = setTimeout(() => {
      // For a file that cannot be read there is nothing to show here: its row says why it failed.
      bridge.invoke('item.photo', { itemId: id }).then(
        (facts) => isWanted && setPhoto(facts),
        () => undefined,
      )
    }, delayMs)
    return () => {
      isWanted = false
      clearTimeout(timer)
    }
  }, [bridge, online, id, isPhoto])
  return photo
}
