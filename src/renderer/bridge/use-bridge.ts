/** Gives components the bridge, and a way to send commands whose failures a person gets to see. */
import { createContext, useCallback, useContext } from 'react'
import type { CommandInput, CommandName, CommandOutputs } from '../../shared/ipc.ts'
import { reasonOf, showAlert } from '../store/alert-store.ts'
import type { ConnectedBridge } from './connect-bridge.ts'

export const BridgeContext = createContext<ConnectedBridge | null>(null)

export function useBridge(): ConnectedBridge {
  const connected = useContext(BridgeContext)
  if (connected === null) throw new Error('No bridge above this component')
  return connected
}

/** Sends a command; when it fails, its reason is shown near the top and the answer is null. */
export type RunCommand = <Name extends CommandName>(
  name: Name,
  input: CommandInput<Name>,
) => Promise<CommandOutputs[Name] | null>

export function useCommand(): RunCommand {
  const { bridge } = useBridge()
  return useCallback<RunCommand>(
    async (name, input) => {
      try {
        return await bridge.invoke(name, input)
      } catch (thrown) {
        showAlert('error', reasonOf(thrown))
        return null
      }
    },
    [bridge],
  )
}
