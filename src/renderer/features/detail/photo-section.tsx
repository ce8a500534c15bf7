/** What a photo tells of itself, in short; nothing for files that tell nothing. */
import { useEffect, useState } from 'react'
import type { ItemRow } from '../../../shared/feed.ts'
import { hasPreview, kindOf } from '../../../shared/file-kinds.ts'
import type { PhotoFacts } from '../../../shared/photo-facts.ts'
import { useBridge } from '../../bridge/use-bridge.ts'
import { useConnection } from '../../store/connection-store.ts'
import { formatAperture, formatExposure, formatTaken } from '../../text/format-photo.ts'
import { useText } from '../../text/use-text.ts'
import { Fact, Facts } from './fact-list.tsx'

/** Keys that are held down pass over files. */
const settleMs = 150

export function PhotoSection({ row }: { readonly row: ItemRow }) {
  const t = useText()
  const photo = usePhoto(row.id, hasPreview(kindOf(row.relativePath)))
  if (photo === null || isSilent(photo)) return null
  const { camera, lens, takenAt, width, height, hasLocation } = photo
  return (
    <Facts title={t('detail.photo')}>
      <Fact term={t('detail.taken')} value={takenAt === null ? null : formatTaken(takenAt)} />
      <Fact term={t('detail.camera')} value={camera} />
      <Fact term={t('detail.lens')} value={lens} />
      <Fact term={t('detail.exposure')} value={exposureWords(photo)} />
      <Fact
        term={t('detail.dimensions')}
        value={width === null || height === null ? null : t('detail.pixels', { width, height })}
      />
      <Fact term={t('detail.location')} value={hasLocation ? t('detail.hasLocation') : null} />
    </Facts>
  )
}

function exposureWords({ exposureSeconds, aperture, iso, focalLengthMm }: PhotoFacts): string {
  return [
    exposureSeconds === null ? '' : formatExposure(exposureSeconds),
    aperture === null ? '' : formatAperture(aperture),
    iso === null ? '' : `ISO ${Math.round(iso)}`,
    focalLengthMm === null ? '' : `${Math.round(focalLengthMm)} mm`,
  ]
    .filter((part) => part !== '')
    .join(' · ')
}

function isSilent({ camera, lens, takenAt, width, iso }: PhotoFacts): boolean {
  return [camera, lens, takenAt, width, iso].every((fact) => fact === null)
}

function usePhoto(id: string, isPhoto: boolean): PhotoFacts | null {
  const { bridge } = useBridge()
  const online = useConnection((connection) => connection.phase === 'online')
  const [photo, setPhoto] = useState<PhotoFacts | null>(null)
  useEffect(() => {
    if (!isPhoto || !online) return
    let isWanted = true
    const timer = setTimeout(() => {
      // What cannot be read has nothing to tell: its row says why it failed.
      bridge.invoke('item.photo', { itemId: id }).then(
        (facts) => isWanted && setPhoto(facts),
        () => undefined,
      )
    }, settleMs)
    return () => {
      isWanted = false
      clearTimeout(timer)
    }
  }, [bridge, online, id, isPhoto])
  return photo
}
