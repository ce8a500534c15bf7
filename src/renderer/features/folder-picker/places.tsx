/** Where most people begin: home, pictures, desktop, and the memory cards that are in, each with its count of files. */
import { UnstyledButton } from '@mantine/core'
import { IconDeviceDesktop, IconDeviceSdCard, IconHome, IconPhoto } from '@tabler/icons-react'
import type { FolderPlace } from '../../../shared/answers.ts'
import type { CardRow } from '../../../shared/cards.ts'
import { escapeControls } from '../../../shared/protocol/escape-controls.ts'
import { useQueue } from '../../store/queue-store.ts'
import { useText } from '../../text/use-text.ts'
import styles from './folder-picker.module.css'

const icons = { home: IconHome, pictures: IconPhoto, desktop: IconDeviceDesktop }
const noCards: readonly CardRow[] = []

interface PlacesProps {
  readonly places: readonly FolderPlace[]
  /** The folder that is shown; absolute. */
  readonly shown: string
  readonly onGo: (path: string) => void
}

export function Places({ places, shown, onGo }: PlacesProps) {
  const t = useText()
  const cards = useQueue((state) => state.overview?.cards ?? noCards).filter(({ connected }) => connected)
  return (
    <ul className={styles.places} aria-label={t('picker.places')}>
      {places.map(({ kind, path }) => {
        const Icon = icons[kind]
        return (
          <li key={path}>
            <UnstyledButton
              className={styles.place}
              aria-current={path === shown ? 'location' : undefined}
              onClick={() => onGo(path)}
            >
              <Icon size={16} stroke={1.6} aria-hidden="true" />
              {t(`picker.place.${kind}`)}
            </UnstyledButton>
          </li>
        )
      })}
      {cards.map(({ id, name, mountPoint, found }) => (
        <li key={id}>
          <UnstyledButton
            className={styles.place}
            aria-current={mountPoint === shown ? 'location' : undefined}
            onClick={() => onGo(mountPoint)}
          >
            <IconDeviceSdCard size={16} stroke={1.6} aria-hidden="true" />
            <bdi>{escapeControls(name)}</bdi>
            {found !== null && (
              <span className={styles.placeCount}>{t('picker.files', { count: found.files })}</span>
            )}
          </UnstyledButton>
        </li>
      ))}
    </ul>
  )
}
