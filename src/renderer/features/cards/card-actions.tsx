/** The buttons of a card: what can be done with it where it stands. */
import { Button, CloseButton, Menu } from '@mantine/core'
import { IconCertificate, IconChevronDown, IconPlayerEject } from '@tabler/icons-react'
import type { CardRow } from '../../../shared/cards.ts'
import type { ReceiptFormat } from '../../../shared/history.ts'
import { useBridge, useCommand } from '../../bridge/use-bridge.ts'
import { showAlert, showFailure } from '../../store/alert-store.ts'
import { useText } from '../../text/use-text.ts'
import styles from './cards.module.css'

export function CardActions({ row }: { readonly row: CardRow }) {
  const t = useText()
  const run = useCommand()
  const { id: cardId, name, connected, state } = row
  const { phase } = state
  const isIdle =
    connected && (phase === 'found' || phase === 'safe' || phase === 'unsafe' || phase === 'unknown')
  return (
    <div className={styles.actions}>
      {phase === 'found' && (
        <Button size="xs" onClick={() => void run('cards.upload', { cardId })}>
          {t('cards.upload')}
        </Button>
      )}
      {phase === 'unsafe' && connected && <UploadRest row={row} />}
      {phase === 'safe' && <Certificate name={name} certificateId={state.certificateId} />}
      {isIdle && phase !== 'safe' && (
        <Button size="xs" variant="default" onClick={() => void run('cards.check', { cardId })}>
          {t(phase === 'found' ? 'cards.check' : 'cards.checkAgain')}
        </Button>
      )}
      {isIdle && <EjectButton row={row} />}
      {(isIdle || !connected) && phase !== 'away' && (
        <CloseButton
          aria-label={phase === 'found' ? t('cards.notNow') : t('cards.dismiss', { name })}
          title={phase === 'found' ? t('cards.notNow') : undefined}
          onClick={() => void run('cards.dismiss', { cardId })}
        />
      )}
    </div>
  )
}

function EjectButton({ row: { id: cardId, state } }: { readonly row: CardRow }) {
  const t = useText()
  const run = useCommand()
  return (
    <Button
      size="xs"
      variant={state.phase === 'safe' ? 'filled' : 'default'}
      leftSection={<IconPlayerEject size={16} />}
      onClick={() => void run('cards.eject', { cardId })}
    >
      {t('cards.eject')}
    </Button>
  )
}

/** Not where nothing of it could be sent: what rules skip, and what has no byte. */
function UploadRest({ row: { id: cardId, state } }: { readonly row: CardRow }) {
  const t = useText()
  const run = useCommand()
  if (state.phase !== 'unsafe') return null
  const { skipped = 0, empty = 0, unreadable = 0, 'left-out': leftOut = 0, ...counts } = state.findings.counts
  if (Object.values(counts).every((count) => count === 0)) return null
  const hasCopies = (counts['copy-only'] ?? 0) > 0
  const plan = hasCopies ? { cardId, presetId: 'original' } : { cardId }
  return (
    <Button size="xs" onClick={() => void run('cards.upload', plan)}>
      {t(hasCopies ? 'cards.uploadOriginals' : 'cards.uploadRest')}
    </Button>
  )
}

const formats = [
  ['mhl', 'history.receiptMhl'],
  ['json', 'history.receiptJson'],
  ['csv', 'history.receiptCsv'],
  ['md5', 'history.receiptMd5'],
  ['sha256', 'history.receiptSha256'],
] as const satisfies readonly (readonly [ReceiptFormat, string])[]

function Certificate({ name, certificateId }: { readonly name: string; readonly certificateId: string }) {
  const t = useText()
  const { bridge } = useBridge()
  const save = async (format: ReceiptFormat) => {
    try {
      const path = await bridge.saveReceipt(certificateId, format)
      if (path !== null) showAlert('info', t('history.saved', { path }))
    } catch (thrown) {
      showFailure(thrown)
    }
  }
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconCertificate size={16} />}
          rightSection={<IconChevronDown size={14} />}
          aria-label={t('cards.certificateOf', { name })}
        >
          {t('cards.certificate')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {formats.map(([format, label]) => (
          <Menu.Item key={format} onClick={() => void save(format)}>
            {t(label)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
