/** Connects over TLS to a server whose certificate no authority vouches for, and to no other than the pinned one. */
import { Agent, type AgentOptions } from 'node:https'
import type { Duplex } from 'node:stream'
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls'

/** Code of the error when another certificate is shown than the pinned one. */
export const pinMismatchCode = 'ERR_PIN_MISMATCH'

type OnConnected = (error: Error | null, socket: Duplex) => void

export class PinnedAgent extends Agent {
  readonly #fingerprint: string

  /** @param fingerprint SHA-256, as `ServerAddress.fingerprint` has it */
  constructor(fingerprint: string, options: AgentOptions) {
    // A resumed session would show no certificate.
    super({ ...options, maxCachedSessions: 0 })
    this.#fingerprint = fingerprint
  }

  /** The socket is handed over only after its certificate was looked at: not a byte of a token goes before. */
  override createConnection(options: ConnectionOptions, onConnected: OnConnected): undefined {
    const socket = connect({ ...options, rejectUnauthorized: false })
    const fail = (error: Error) => onConnected(error, socket)
    socket.once('error', fail)
    socket.once('secureConnect', () => {
      socket.off('error', fail)
      const problem = this.#problemOf(socket)
      if (problem) socket.destroy()
      onConnected(problem, socket)
    })
  }

  #problemOf(socket: TLSSocket): Error | null {
    if (socket.getPeerCertificate().fingerprint256 === this.#fingerprint) return null
    return Object.assign(new Error('Another certificate than the trusted one'), { code: pinMismatchCode })
  }
}
