/** Gives components the bridge, and a way to run commands that shows the user why one failed. */
import { createContext, useCallback, useContext } from 'react'
import type { CommandInput, CommandName, CommandOutputs } from '../../shared/ipc.ts'
import { showFailure } from '../store/alert-store.ts'
import type { ConnectedBridge } from './connect-bridge.ts'

export const BridgeContext = createContext<ConnectedBridge | null>(null)

export function useBridge(): ConnectedBridge {
  const connected = useContext(BridgeContext)
  if (connected === null) throw new Error('No bridge above this component')
  return connected
}

/** Runs a command. If it fails, an alert says why and the answer is null. */
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
        showFailure(thrown)
        return null
      }
    },
    [bridge],
  )
}
