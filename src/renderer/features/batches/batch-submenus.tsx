/** The parts of a batch's menu that choose: how its photos are sent, and to which server. */
import { Menu } from '@mantine/core'
import type { ReactNode } from 'react'
import { presetChoices } from '../../../shared/presets.ts'
import { bundledServerId } from '../../../shared/servers.ts'
import { useCommand } from '../../bridge/use-bridge.ts'
import { showAlert } from '../../store/alert-store.ts'
import { useApp } from '../../store/app-store.ts'
import { useQueue } from '../../store/queue-store.ts'
import { useText } from '../../text/use-text.ts'
import { presetName } from '../settings/preset-draft.ts'

/** Files on which work has begun keep the preset that they have; the answer says how many go by the chosen one. */
export function PresetOfBatch({ batchId }: { readonly batchId: string }) {
  const t = useText()
  const run = useCommand()
  const choices = presetChoices(useApp((app) => app.settings.ownPresets))
  const name = useQueue((state) => state.batches.get(batchId)?.presetName ?? null)
  const current = choices.find(({ preset }) => (preset?.name ?? null) === name)?.id ?? null
  const choose = async (presetId: string) => {
    const answer = await run('batch.setPreset', { batchId, presetId })
    if (answer === null) return
    const { following, keeping } = answer
    if (following > 0) showAlert('info', t('batches.presetSet', { count: following }))
    else if (keeping > 0) showAlert('info', t('batches.presetKept', { count: keeping }))
  }
  return (
    <Choice label={t('batches.preset')} value={current} onChoose={choose}>
      {choices.map((choice) => (
        <Menu.RadioItem key={choice.id} value={choice.id} closeMenuOnClick>
          {presetName(choice, t)}
        </Menu.RadioItem>
      ))}
    </Choice>
  )
}

/** Where there is only the server of this computer there is nothing to choose. */
export function ServerOfBatch({ batchId }: { readonly batchId: string }) {
  const t = useText()
  const run = useCommand()
  const servers = useApp((app) => app.settings.servers)
  const current = useQueue((state) => state.batches.get(batchId)?.serverId ?? null)
  if (servers.length === 0) return null
  const choose = (serverId: string) => run('batches.setServer', { batchIds: [batchId], serverId })
  return (
    <Choice label={t('batches.server')} value={current} onChoose={choose}>
      {[{ id: bundledServerId, name: t('servers.bundled') }, ...servers].map(({ id, name }) => (
        <Menu.RadioItem key={id} value={id} closeMenuOnClick>
          {name}
        </Menu.RadioItem>
      ))}
    </Choice>
  )
}

interface ChoiceProps {
  readonly label: string
  readonly value: string | null
  readonly onChoose: (value: string) => unknown
  readonly children: ReactNode
}

function Choice({ label, value, onChoose, children }: ChoiceProps) {
  return (
    <Menu.Sub>
      <Menu.Sub.Target>
        <Menu.Sub.Item>{label}</Menu.Sub.Item>
      </Menu.Sub.Target>
      <Menu.Sub.Dropdown>
        <Menu.RadioGroup value={value} onChange={(chosen) => void onChoose(chosen)}>
          {children}
        </Menu.RadioGroup>
      </Menu.Sub.Dropdown>
    </Menu.Sub>
  )
}
