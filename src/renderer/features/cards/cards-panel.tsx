/** The memory cards, above the list: what is on each, how far it is, and whether it may be formatted. */
import { UnstyledButton } from '@mantine/core'
import { IconCircleCheckFilled, IconDeviceSdCard } from '@tabler/icons-react'
import { useState } from 'react'
import type { CardRow, UnsafeFindings } from '../../../shared/cards.ts'
import { presetOf } from '../../../shared/settings.ts'
import { useApp } from '../../store/app-store.ts'
import { useQueue } from '../../store/queue-store.ts'
import { namedPreset } from '../../text/preset-name.ts'
import { serverPlace } from '../../text/server-name.ts'
import { useText } from '../../text/use-text.ts'
import { ProgressBar } from '../../ui/progress-bar.tsx'
import { CardActions } from './card-actions.tsx'
import { cardText } from './card-text.ts'
import styles from './cards.module.css'

const none: readonly CardRow[] = []

export function CardsPanel() {
  const cards = useQueue(({ overview }) => overview?.cards ?? none)
  return cards.map((row) => <Card key={row.id} row={row} />)
}

/** Colours as everywhere: green only where all is stored. */
const tones: Readonly<Record<CardRow['state']['phase'], 'plain' | 'good' | 'warn' | 'bad'>> = {
  found: 'plain',
  uploading: 'plain',
  away: 'warn',
  checking: 'plain',
  safe: 'good',
  unsafe: 'warn',
  unknown: 'bad',
  ejecting: 'plain',
}

function Card({ row }: { readonly row: CardRow }) {
  const t = useText()
  const preset = presetOf(useApp(({ settings }) => settings)) ?? null
  const server = useQueue(({ overview }) => overview?.servers.find(({ id }) => id === row.serverId))
  const place = server === undefined ? '' : serverPlace(server, t)
  const { title, lead } = cardText(row, { place, presetName: preset && namedPreset(preset, t) }, t)
  const { state, name, connected } = row
  const isSafe = state.phase === 'safe' && connected
  const tone = state.phase === 'safe' && !connected ? 'plain' : tones[state.phase]
  const Icon = isSafe ? IconCircleCheckFilled : IconDeviceSdCard
  return (
    <section className={styles.card} data-tone={tone} aria-label={name}>
      <Icon size={24} className={styles.icon} aria-hidden="true" />
      <div className={styles.text}>
        <strong className={styles.title} role="status">
          {title}
        </strong>
        {lead !== '' && <span className={styles.lead}>{lead}</span>}
        {state.phase === 'checking' && (
          <div className={styles.bar}>
            <ProgressBar
              percent={
                state.bytes === 0 ? 0 : Math.min(99, Math.floor((state.readBytes / state.bytes) * 100))
              }
              style={state.waiting ? 'waiting' : 'moving'}
              label={t('cards.progress', { name })}
            />
          </div>
        )}
        {state.phase === 'unsafe' && <Names findings={state.findings} />}
      </div>
      <CardActions row={row} />
    </section>
  )
}

function Names({ findings: { named, counts } }: { readonly findings: UnsafeFindings }) {
  const t = useText()
  const [open, setOpen] = useState(false)
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0)
  return (
    <>
      <UnstyledButton className={styles.more} aria-expanded={open} onClick={() => setOpen(!open)}>
        {t('cards.names')}
      </UnstyledButton>
      {open && (
        <ul className={styles.names}>
          {named.map(({ path, reason }) => (
            <li key={path} data-reason={reason}>
              <bdi>{path}</bdi>
            </li>
          ))}
          {total > named.length && <li>{t('cards.andMore', { more: total - named.length })}</li>}
        </ul>
      )}
    </>
  )
}
