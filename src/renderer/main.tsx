/** The window's entry: connects the bridge, feeds the store, renders. */
import './app/no-eval.ts'
import '@mantine/core/styles.css'
import './theme/global.css'
import { MantineProvider } from '@mantine/core'
import { createRoot } from 'react-dom/client'
import { App } from './app/app.tsx'
import { connectBridge } from './bridge/connect-bridge.ts'
import { BridgeContext } from './bridge/use-bridge.ts'
import { guardHandOver } from './drop/drop-store.ts'
import { watchAdded } from './store/added-batches.ts'
import { receiveFeed } from './store/queue-store.ts'
import { showLastLanguage } from './text/show-language.ts'
import { theme } from './theme/theme.ts'

showLastLanguage()
const connected = connectBridge()
connected.bridge.subscribe((event) => {
  receiveFeed(event)
  watchAdded(event)
})
guardHandOver()

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root')
createRoot(root).render(
  <MantineProvider theme={theme} defaultColorScheme="auto">
    <BridgeContext value={connected}>
      <App />
    </BridgeContext>
  </MantineProvider>,
)
