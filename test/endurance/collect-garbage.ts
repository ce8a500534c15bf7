/** Has a process of Node collect its garbage: what it holds then is what it keeps. */
import { once } from 'node:events'
import { WebSocket } from 'ws'

/** @param port of the process's inspector; does nothing where it does not answer, as while the process starts */
export async function collectGarbage(port: number): Promise<void> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/json/list`)
    const [target] = (await answer.json()) as { readonly webSocketDebuggerUrl: string }[]
    const inspector = new WebSocket(target?.webSocketDebuggerUrl ?? '')
    await once(inspector, 'open')
    for (const [id, method] of ['HeapProfiler.enable', 'HeapProfiler.collectGarbage'].entries()) {
      inspector.send(JSON.stringify({ id, method }))
      await once(inspector, 'message')
    }
    inspector.close()
  } catch (thrown) {
    console.log(`Garbage was not collected: ${thrown}`)
  }
}
