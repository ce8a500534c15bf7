/** The servers to upload to: this computer's own first, each with its fields when it is opened. */

import { Button, Radio, UnstyledButton } from '@mantine/core'
import { IconChevronDown, IconDeviceDesktop, IconPlus, IconServer } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { escapeControls } from '../../../shared/protocol/escape-controls.ts'
import { bundledServerId, mostServers } from '../../../shared/servers.ts'
import { useText } from '../../text/use-text.ts'
import { LibraryField } from './library-field.tsx'
import { ServerFields } from './server-fields.tsx'
import styles from './settings.module.css'
import { newServer, type ServerDraft, type SettingsDraft } from './settings-draft.ts'
import type { SectionProps } from './use-settings-draft.ts'

export function ServerSection({ draft, errors, onChange }: SectionProps) {
  const t = useText()
  const { servers, defaultServerId } = draft
  const [opened, setOpened] = useState<string | null>(
    defaultServerId === bundledServerId ? null : defaultServerId,
  )
  const toggle = (id: string) => setOpened(opened === id ? null : id)
  const { add, remove, change } = listChanges(draft, onChange)
  return (
    <Radio.Group
      label={t('servers.title')}
      description={t('servers.hint')}
      value={defaultServerId}
      onChange={(id) => onChange({ defaultServerId: id })}
    >
      <div className={styles.cards}>
        <ServerCard
          id={bundledServerId}
          name={t('servers.bundled')}
          address=""
          opened={opened === bundledServerId}
          onToggle={toggle}
        >
          <LibraryField draft={draft} errors={errors} onChange={onChange} />
        </ServerCard>
        {servers.map((server) => (
          <ServerCard
            key={server.id}
            id={server.id}
            name={server.name.trim() === '' ? t('servers.unnamed') : server.name}
            address={server.url}
            opened={opened === server.id}
            onToggle={toggle}
          >
            <ServerFields
              server={server}
              errors={errors}
              onChange={change}
              onRemove={() => remove(server.id)}
            />
          </ServerCard>
        ))}
      </div>
      <Button
        className={styles.add}
        variant="default"
        leftSection={<IconPlus size={16} />}
        disabled={servers.length >= mostServers}
        onClick={() => setOpened(add())}
      >
        {t('servers.add')}
      </Button>
    </Radio.Group>
  )
}

/** Changes to the list of servers in the draft. */
function listChanges({ servers, defaultServerId }: SettingsDraft, onChange: SectionProps['onChange']) {
  return {
    /** @returns the new server's id */
    add: () => {
      const server = newServer()
      // Someone who adds their first server wants to use it.
      const first = servers.length === 0 ? { defaultServerId: server.id } : {}
      onChange({ servers: [...servers, server], ...first })
      return server.id
    },
    remove: (id: string) => {
      const wasDefault = id === defaultServerId ? { defaultServerId: bundledServerId } : {}
      onChange({ servers: servers.filter((server) => server.id !== id), ...wasDefault })
    },
    change: (next: ServerDraft, field?: string) =>
      onChange({ servers: servers.map((server) => (server.id === next.id ? next : server)) }, field),
  }
}

interface ServerCardProps {
  readonly id: string
  readonly name: string
  /** Empty for this computer. */
  readonly address: string
  readonly opened: boolean
  readonly onToggle: (id: string) => void
  readonly children: ReactNode
}

function ServerCard({ id, name, address, opened, onToggle, children }: ServerCardProps) {
  const Icon = id === bundledServerId ? IconDeviceDesktop : IconServer
  return (
    <div className={styles.card}>
      <div className={styles.cardHead}>
        <Radio value={id} aria-label={name} />
        <UnstyledButton className={styles.cardToggle} aria-expanded={opened} onClick={() => onToggle(id)}>
          <Icon size={20} stroke={1.5} aria-hidden="true" />
          <span className={styles.cardName}>
            <bdi>{escapeControls(name)}</bdi>
            {address !== '' && <bdi className={styles.cardSubtitle}>{address}</bdi>}
          </span>
          <IconChevronDown size={18} className={styles.chevron} aria-hidden="true" />
        </UnstyledButton>
      </div>
      {opened && <div className={styles.cardBody}>{children}</div>}
    </div>
  )
}
