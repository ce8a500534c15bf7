/** The menu that changes where new photos go: to a known server, to one that a studio runs, or as the settings say. */
import { Menu } from '@mantine/core'
import { IconFolderCog, IconPlugConnected, IconSettings } from '@tabler/icons-react'
import type { ReactElement } from 'react'
import { escapeControls } from '../../../shared/protocol/escape-controls.ts'
import { openDialog } from '../../store/view-store.ts'
import { useText } from '../../text/use-text.ts'
import { openNaming } from '../naming/naming-store.ts'
import { useServerChoice } from './use-destination.ts'

interface DestinationMenuProps {
  /** The button that opens it. */
  readonly target: ReactElement
  readonly position: 'bottom' | 'bottom-start' | 'top-end'
}

export function DestinationMenu({ target, position }: DestinationMenuProps) {
  const t = useText()
  const { choices, selected, select } = useServerChoice()
  return (
    <Menu position={position}>
      <Menu.Target>{target}</Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('destination.menu')}</Menu.Label>
        <Menu.RadioGroup value={selected} onChange={(id) => void select(id)}>
          {choices.map(({ id, name }) => (
            <Menu.RadioItem key={id} value={id} closeMenuOnClick>
              <bdi>{escapeControls(name)}</bdi>
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.Item leftSection={<IconFolderCog size={16} />} onClick={() => openNaming(null)}>
          {t('naming.menu')}
        </Menu.Item>
        <Menu.Item leftSection={<IconPlugConnected size={16} />} onClick={() => openDialog('connect')}>
          {t('destination.connect')}
        </Menu.Item>
        <Menu.Item leftSection={<IconSettings size={16} />} onClick={() => openDialog('settings')}>
          {t('destination.manage')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
