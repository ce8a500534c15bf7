/** One line: where new photos go, with a button to change it. */
import { Button } from '@mantine/core'
import { IconChevronDown, IconDeviceDesktop, IconServer } from '@tabler/icons-react'
import { useText } from '../../text/use-text.ts'
import styles from './destination.module.css'
import { DestinationMenu } from './destination-menu.tsx'
import { useDestination } from './use-destination.ts'

/** @param lead the words before the place */
export function DestinationLine({ lead }: { readonly lead: string }) {
  const t = useText()
  const { server, place } = useDestination()
  if (server === undefined) return null
  const Icon = server.bundled ? IconDeviceDesktop : IconServer
  return (
    <p className={styles.line}>
      <span className={styles.lead}>{lead}</span>
      <span className={styles.place}>
        <Icon size={18} stroke={1.7} aria-hidden="true" />
        <bdi>{place}</bdi>
      </span>
      <DestinationMenu
        position="bottom"
        target={
          <Button
            variant="default"
            size="xs"
            rightSection={<IconChevronDown size={14} />}
            aria-label={t('destination.button', { place })}
          >
            {t('destination.change')}
          </Button>
        }
      />
    </p>
  )
}
