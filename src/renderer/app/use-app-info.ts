/** Reads the app's facts at every connect, and applies the theme and language from the settings. */
import { useMantineColorScheme } from '@mantine/core'
import { useEffect } from 'react'
import { useCommand } from '../bridge/use-bridge.ts'
import { useApp } from '../store/app-store.ts'
import { useIsOnline } from '../store/connection-store.ts'
import { showLanguage } from '../text/show-language.ts'

export function useAppInfo(): void {
  const run = useCommand()
  const online = useIsOnline()
  const { setColorScheme } = useMantineColorScheme()
  const theme = useApp((app) => app.settings.theme)
  const language = useApp((app) => app.settings.language)
  const known = useApp((app) => app.settingsKnown)

  useEffect(() => {
    if (!online) return
    void run('app.info', {}).then((info) => {
      if (info !== null) useApp.setState({ info })
    })
  }, [online, run])

  useEffect(() => {
    if (known) setColorScheme(theme)
  }, [known, theme, setColorScheme])

  useEffect(() => {
    if (known) showLanguage(language)
  }, [known, language])
}
