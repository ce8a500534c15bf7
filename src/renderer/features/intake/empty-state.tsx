/** The window while the list is empty: one large drop target that says where photos go, with buttons for pickers; at first also what PhotoFerry does. */
import { Button, Loader } from '@mantine/core'
import { IconPhotoPlus, IconPlugConnected } from '@tabler/icons-react'
import { useEffect } from 'react'
import { useBridge } from '../../bridge/use-bridge.ts'
import { useApp } from '../../store/app-store.ts'
import { useConnection, useIsOnline } from '../../store/connection-store.ts'
import { openDialog } from '../../store/view-store.ts'
import { useText } from '../../text/use-text.ts'
import { useRestoredFocus } from '../../ui/restore-focus.ts'
import { DestinationLine } from '../destination/destination-line.tsx'
import styles from './intake.module.css'
import { useFilePicker } from './use-file-picker.ts'

export function EmptyState({ loading }: { readonly loading: boolean }) {
  const t = useText()
  const phase = useConnection((connection) => connection.phase)
  if (!loading) return <Invitation />
  return (
    <div className={styles.empty}>
      <Loader type="dots" />
      <p className={styles.lead}>{phase === 'connecting' ? t('offline.connecting') : t('empty.loading')}</p>
    </div>
  )
}

function Invitation() {
  const t = useText()
  const pick = useFilePicker()
  // The buttons here disappear with the first file.
  const box = useRestoredFocus<HTMLDivElement>()
  const hasServers = useApp(({ settings }) => settings.servers.length > 0)
  const isNew = useIsNew() && !hasServers
  return (
    <div className={styles.empty} data-dashed ref={box}>
      <IconPhotoPlus size={64} stroke={1.2} className={styles.emptyIcon} aria-hidden="true" />
      <h2 className={styles.title}>{t('empty.title')}</h2>
      <p className={styles.lead}>{isNew ? t('empty.firstLead') : t('empty.lead')}</p>
      <DestinationLine lead={isNew ? t('empty.firstDestination') : t('empty.destination')} />
      <div className={styles.choices}>
        <Button size="md" onClick={() => void pick('folder')}>
          {t('empty.chooseFolder')}
        </Button>
        <Button size="md" variant="default" onClick={() => void pick('files')}>
          {t('empty.chooseFiles')}
        </Button>
      </div>
      {!hasServers && (
        <Button
          variant="subtle"
          leftSection={<IconPlugConnected size={18} />}
          onClick={() => openDialog('connect')}
        >
          {t('destination.connect')}
        </Button>
      )}
      {isNew && <Steps />}
    </div>
  )
}

const steps = ['drop', 'stored', 'receipt'] as const

function Steps() {
  const t = useText()
  return (
    <ol className={styles.steps} aria-label={t('empty.steps.label')}>
      {steps.map((step) => (
        <li key={step}>{t(`empty.steps.${step}`)}</li>
      ))}
    </ol>
  )
}

/** Whether nothing was ever finished here; asked again whenever the list has become empty. */
function useIsNew(): boolean {
  const { bridge } = useBridge()
  const online = useIsOnline()
  useEffect(() => {
    if (!online) return
    bridge.invoke('app.info', {}).then(
      (info) => useApp.setState({ info }),
      // What was known before still says enough.
      () => undefined,
    )
  }, [online, bridge])
  return useApp((app) => app.info?.isNew ?? false)
}
