/** The submenus of a batch's menu that select its preset and its server. */
import { Menu } from '@mantine/core'
import type { ReactNode } from 'react'
import { presetChoices } from '../../../shared/presets.ts'
import { bundledServerId } from '../../../shared/servers.ts'
import { useCommand } from '../../bridge/use-bridge.ts'
import { showAlert } from '../../store/alert-store.ts'
import { useApp } from '../../store/app-store.ts'
import { useQueue } from '../../store/queue-store.ts'
import { presetName } from '../../text/preset-name.ts'
import { useText } from '../../text/use-text.ts'

/** Files that have started keep their preset; an alert says how many use the new one. */
export function PresetSubmenu({ batchId }: { readonly batchId: string }) {
  const t = useText()
  const run = useCommand()
  const choices = presetChoices(useApp((app) => app.settings.ownPresets))
  const name = useQueue((state) => state.batches.get(batchId)?.presetName ?? null)
  const current = choices.find(({ preset }) => (preset?.name ?? null) === name)?.id ?? null
  const select = async (presetId: string) => {
    const answer = await run('batch.setPreset', { batchId, presetId })
    if (answer === null) return
    const { following, keeping } = answer
    if (following > 0) showAlert('info', t('batches.presetSet', { count: following }))
    else if (keeping > 0) showAlert('info', t('batches.presetKept', { count: keeping }))
  }
  return (
    <Submenu label={t('batches.preset')} value={current} onSelect={select}>
      {choices.map((choice) => (
        <Menu.RadioItem key={choice.id} value={choice.id} closeMenuOnClick>
          {presetName(choice, t)}
        </Menu.RadioItem>
      ))}
    </Submenu>
  )
}

/** Hidden while there is only the server of this computer. */
export function ServerSubmenu({ batchId }: { readonly batchId: string }) {
  const t = useText()
  const run = useCommand()
  const servers = useApp((app) => app.settings.servers)
  const current = useQueue((state) => state.batches.get(batchId)?.serverId ?? null)
  if (servers.length === 0) return null
  const select = (serverId: string) => run('batches.setServer', { batchIds: [batchId], serverId })
  return (
    <Submenu label={t('batches.server')} value={current} onSelect={select}>
      {[{ id: bundledServerId, name: t('servers.bundled') }, ...servers].map(({ id, name }) => (
        <Menu.RadioItem key={id} value={id} closeMenuOnClick>
          {name}
        </Menu.RadioItem>
      ))}
    </Submenu>
  )
}

interface SubmenuProps {
  readonly label: string
  readonly value: string | null
  readonly onSelect: (value: string) => unknown
  readonly children: ReactNode
}

function Submenu({ label, value, onSelect, children }: SubmenuProps) {
  return (
    <Menu.Sub>
      <Menu.Sub.Target>
        <Menu.Sub.Item>{label}</Menu.Sub.Item>
      </Menu.Sub.Target>
      <Menu.Sub.Dropdown>
        <Menu.RadioGroup value={value} onChange={(selected) => void onSelect(selected)}>
          {children}
        </Menu.RadioGroup>
      </Menu.Sub.Dropdown>
    </Menu.Sub>
  )
}
