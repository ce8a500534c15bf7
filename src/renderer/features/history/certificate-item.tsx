/** The certificate of a card that was safe to format: when, at which server, what was on it, and its file. */
import { Button, Menu } from '@mantine/core'
import { IconCertificate, IconChevronDown } from '@tabler/icons-react'
import type { CertificateEntry } from '../../../shared/cards.ts'
import type { ReceiptFormat } from '../../../shared/history.ts'
import { escapeControls } from '../../../shared/protocol/escape-controls.ts'
import { formatBytes, formatDate, formatTime } from '../../text/format.ts'
import { useText } from '../../text/use-text.ts'
import { LevelIcon } from '../../ui/level-icon.tsx'
import styles from './history.module.css'
import { ReceiptFormats } from './receipt-formats.tsx'

interface CertificateItemProps {
  readonly entry: CertificateEntry
  readonly onSave: (format: ReceiptFormat) => void
}

export function CertificateItem({ entry, onSave }: CertificateItemProps) {
  const t = useText()
  const { server, checkedAtMs, files, bytes } = entry
  const name = escapeControls(entry.name)
  return (
    <li className={styles.item}>
      <div className={styles.head}>
        <div className={styles.text}>
          <span className={styles.title}>
            <LevelIcon level="all-stored" size={16} />
            <bdi className={styles.name}>{t('history.cardWasSafe', { name })}</bdi>
          </span>
          <span className={styles.soft}>
            <time dateTime={new Date(checkedAtMs).toISOString()}>
              {formatDate(checkedAtMs)} {formatTime(checkedAtMs)}
            </time>
            {' · '}
            {server.name === '' ? t('history.toThisComputer') : t('history.to', { server: server.name })}
          </span>
          <span className={styles.soft}>
            {t('history.cardChecked', { count: files, size: formatBytes(bytes) })}
          </span>
        </div>
        <div className={styles.actions}>
          <Menu position="bottom-end">
            <Menu.Target>
              <Button
                variant="default"
                size="xs"
                leftSection={<IconCertificate size={16} />}
                rightSection={<IconChevronDown size={14} />}
                aria-label={t('cards.certificateOf', { name })}
              >
                {t('cards.certificate')}
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              <ReceiptFormats onSelect={onSave} />
            </Menu.Dropdown>
          </Menu>
        </div>
      </div>
    </li>
  )
}
