/** Steps through the themes: the system's, light, dark; saved with the other settings. */
import { IconDeviceDesktop, IconMoon, IconSun } from '@tabler/icons-react'
import type { ComponentType } from 'react'
import type { Settings } from '../../shared/settings.ts'
import { useCommand } from '../bridge/use-bridge.ts'
import { useApp } from '../store/app-store.ts'
import { isOnline } from '../store/connection-store.ts'
import { useText } from '../text/use-text.ts'
import { IconButton } from '../ui/icon-button.tsx'

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
  const change = () => {
    const next = following[theme]
    useApp.setState((app) => ({ settings: { ...app.settings, theme: next } }))
    if (isOnline()) void run('settings.set', { theme: next })
  }
  return <IconButton label={t(`header.theme.${theme}`)} icon={icons[theme]} onClick={change} />
}
