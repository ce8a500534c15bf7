/** Selects the preset for photos that are added from now on; saved with the other settings. */
import { Menu } from '@mantine/core'
import { IconPhotoCog } from '@tabler/icons-react'
import { presetChoices } from '../../shared/presets.ts'
import { useCommand } from '../bridge/use-bridge.ts'
import { useApp } from '../store/app-store.ts'
import { presetName } from '../text/preset-name.ts'
import { useText } from '../text/use-text.ts'
import { HeaderButton } from '../ui/header-button.tsx'

export function PresetMenu({ disabled }: { readonly disabled: boolean }) {
  const t = useText()
  const run = useCommand()
  const settings = useApp((app) => app.settings)
  const choices = presetChoices(settings.ownPresets)
  const current = choices.find(({ id }) => id === settings.preset) ?? choices[0]
  const select = async (preset: string) => {
    // A quality set in the settings belongs to the preset that it was set for.
    const changed = await run('settings.set', { preset, quality: null })
    if (changed !== null) useApp.setState({ settings: changed })
  }
  const name = current === undefined ? '' : presetName(current, t)
  const converts = current !== undefined && current.preset !== null
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <HeaderButton
          lead={t('header.presetChip')}
          label={name}
          hint={t('header.preset', { name })}
          title={converts ? t('header.presetConverts') : t('header.preset', { name })}
          {...(converts ? { look: 'warn' as const } : {})}
          icon={<IconPhotoCog size={18} />}
          keepsLabel="longest"
          disabled={disabled}
        />
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('header.presetLead')}</Menu.Label>
        <Menu.RadioGroup value={settings.preset} onChange={(id) => void select(id)}>
          {choices.map((choice) => (
            <Menu.RadioItem key={choice.id} value={choice.id} closeMenuOnClick>
              {presetName(choice, t)}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
      </Menu.Dropdown>
    </Menu>
  )
}
