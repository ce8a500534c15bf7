/** Connects over TLS to a server with one pinned certificate, which no authority needs to vouch for. */
import { Agent, type AgentOptions } from 'node:https'
import type { Duplex } from 'node:stream'
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls'

/** The server shows another certificate than the pinned one; both as `ServerAddress.fingerprint` has them. */
export class PinMismatch extends Error {
  readonly code = 'ERR_PIN_MISMATCH'
  readonly trusted: string
  readonly shown: string

  constructor(trusted: string, shown: string) {
    super('The certificate is not the pinned one')
    this.trusted = trusted
    this.shown = shown
  }
}

type OnConnected = (error: Error | null, socket: Duplex) => void

export class PinnedAgent extends Agent {
  readonly #fingerprint: string

  /** @param fingerprint SHA-256, as `ServerAddress.fingerprint` has it */
  constructor(fingerprint: string, options: AgentOptions) {
    // A resumed TLS session shows no certificate.
    super({ ...options, maxCachedSessions: 0 })
    this.#fingerprint = fingerprint
  }

  /** Hands the socket over only after its certificate was checked: not a byte of a token is sent before. */
  override createConnection(options: ConnectionOptions, onConnected: OnConnected): undefined {
    const socket = connect({ ...options, rejectUnauthorized: false })
    const fail = (error: Error) => onConnected(error, socket)
    socket.once('error', fail)
    socket.once('secureConnect', () => {
      socket.off('error', fail)
      const error = this.#pinError(socket)
      if (error) socket.destroy()
      onConnected(error, socket)
    })
  }

  #pinError(socket: TLSSocket): PinMismatch | null {
    const trusted = this.#fingerprint
    const shown = socket.getPeerCertificate().fingerprint256 ?? ''
    return shown === trusted ? null : new PinMismatch(trusted, shown)
  }
}
