/** Steps through the themes: as the system, light, dark; the choice is kept with the other settings. */
import { Tooltip, UnstyledButton } from '@mantine/core'
import { IconDeviceDesktop, IconMoon, IconSun } from '@tabler/icons-react'
import type { ComponentType } from 'react'
import type { Settings } from '../../shared/settings.ts'
import { useCommand } from '../bridge/use-bridge.ts'
import { useApp } from '../store/app-store.ts'
import { isOnline } from '../store/connection-store.ts'
import { useText } from '../text/use-text.ts'
import styles from './header.module.css'

type Theme = Settings['theme']

const icons: Readonly<Record<Theme, ComponentType<{ readonly size: number }>>> = {
  auto: IconDeviceDesktop,
  light: IconSun,
  dark: IconMoon,
}
const following: Readonly<Record<Theme, Theme>> = { auto: 'light', light: 'dark', dark: 'auto' }

export function ThemeToggle() {
  const t = useText()
  const run = useCommand()
  const theme = useApp((app) => app.settings.theme)
  const Icon = icons[theme]
  const label = t(`header.theme.${theme}`)
  const change = () => {
    const next = following[theme]
    useApp.setState((app) => ({ settings: { ...app.settings, theme: next } }))
    if (isOnline()) void run('settings.set', { theme: next })
  }
  return (
    <Tooltip label={label}>
      <UnstyledButton className={styles.iconButton} aria-label={label} onClick={change}>
        <Icon size={20} />
      </UnstyledButton>
    </Tooltip>
  )
}
