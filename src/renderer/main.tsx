/** The window's entry: connects the bridge, feeds the stores, renders the app. */
import './app/configure-zod.ts'
import '@mantine/core/styles.css'
import './ui/theme/global.css'
import { MantineProvider } from '@mantine/core'
import { createRoot } from 'react-dom/client'
import { App } from './app/app.tsx'
import { connectBridge } from './bridge/connect-bridge.ts'
import { BridgeContext } from './bridge/use-bridge.ts'
import { watchAddedBatches } from './features/intake/added-batches.ts'
import { warnBeforeLeaving } from './features/intake/page-drops.ts'
import { receiveSettings } from './store/app-store.ts'
import { receiveFeed } from './store/queue-store.ts'
import { showLastLanguage } from './text/show-language.ts'
import { theme } from './ui/theme/theme.ts'

showLastLanguage()
const connected = connectBridge()
connected.bridge.subscribe((event) => {
  receiveSettings(event)
  receiveFeed(event)
  watchAddedBatches(event)
})
warnBeforeLeaving()

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root')
createRoot(root).render(
  <MantineProvider theme={theme} defaultColorScheme="auto">
    <BridgeContext value={connected}>
      <App />
    </BridgeContext>
  </MantineProvider>,
)
