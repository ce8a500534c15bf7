/** Connects over TLS to a server whose certificate no authority needs to vouch for: it is checked here. */
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

/** Checks a connection before a byte is sent over it; null where it may be used. */
export type CheckSocket = (socket: TLSSocket) => Error | null

/** Accepts one certificate. @param fingerprint SHA-256, as `ServerAddress.fingerprint` has it */
export function pinned(fingerprint: string): CheckSocket {
  return (socket) => {
    const shown = socket.getPeerCertificate().fingerprint256 ?? ''
    return shown === fingerprint ? null : new PinMismatch(fingerprint, shown)
  }
}

type OnConnected = (error: Error | null, socket: Duplex) => void

export class CheckedAgent extends Agent {
  readonly #check: CheckSocket

  constructor(check: CheckSocket, options: AgentOptions) {
    // A resumed TLS session shows no certificate.
    super({ ...options, maxCachedSessions: 0 })
    this.#check = check
  }

  /** Hands the socket over only after its certificate was checked: not a byte of a token is sent before. */
  override createConnection(options: ConnectionOptions, onConnected: OnConnected): undefined {
    const socket = connect({ ...options, rejectUnauthorized: false })
    whenSecure(socket, this.#check).then(
      () => onConnected(null, socket),
      (error: Error) => onConnected(error, socket),
    )
  }
}

/**
 * Fulfils once the connection is secure and was checked; otherwise it is closed.
 * @param check left out where TLS itself has checked the certificate
 * @param withinMs how long it may take; left out where the caller has a limit of its own
 * @throws the error of TLS or of the check, or one with the code `ETIMEDOUT`
 */
export function whenSecure<Secure extends TLSSocket>(
  socket: Secure,
  check: CheckSocket | undefined,
  withinMs?: number,
): Promise<Secure> {
  return new Promise((resolve, reject) => {
    const onLate = () => fail(Object.assign(new Error('TLS took too long'), { code: 'ETIMEDOUT' }))
    const timer = withinMs === undefined ? undefined : setTimeout(onLate, withinMs)
    const fail = (error: Error) => {
      clearTimeout(timer)
      socket.off('error', fail).off('close', onClose)
      socket.destroy()
      reject(error)
    }
    const onClose = () => fail(Object.assign(new Error('The connection was closed'), { code: 'ECONNRESET' }))
    socket.once('error', fail).once('close', onClose)
    socket.once('secureConnect', () => {
      clearTimeout(timer)
      const error = check?.(socket) ?? null
      if (error) return fail(error)
      socket.off('error', fail).off('close', onClose)
      resolve(socket)
    })
  })
}
