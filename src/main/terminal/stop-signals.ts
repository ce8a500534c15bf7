/** Ends a program of the terminal in good order when it is told to stop, and at once when it is told so again. */

/** Ctrl-C reaches a program twice where a launcher passes it on: within so long it is one signal, ms. */
const sameSignalMs = 500

/** Fulfils at the first of these signals. One that comes later ends the process at once, as it would have by itself. */
export function whenToldToStop(signals: readonly NodeJS.Signals[]): Promise<void> {
  return new Promise((resolve) => {
    let firstMs: number | undefined
    const onSignal = (signal: NodeJS.Signals) => {
      firstMs ??= performance.now()
      if (performance.now() - firstMs < sameSignalMs) return resolve()
      for (const name of signals) process.off(name, onSignal)
      process.kill(process.pid, signal)
    }
    for (const name of signals) process.on(name, onSignal)
  })
}
