/**
 * The connections that have not shown a token yet, and which of them goes where room is needed for a new one. Who opens a
 * thousand and says nothing shuts nobody else out; and an honest client behind the same address, as behind a proxy, keeps its
 * place until a thousand newer ones came.
 */
import { isIPv6, type Socket } from 'node:net'

/** An address with more of them gives up its own first. As many as one client of ours opens at once. */
const usualPerAddress = 64

export class Strangers {
  /** Connection -> the network that it comes from; oldest first. */
  readonly #networks = new Map<Socket, string>()
  /** Network -> its connections, oldest first. */
  readonly #sockets = new Map<string, Set<Socket>>()

  add(socket: Socket): void {
    const network = networkOf(socket.remoteAddress ?? '')
    this.#networks.set(socket, network)
    const sockets = this.#sockets.get(network) ?? new Set()
    this.#sockets.set(network, sockets.add(socket))
  }

  /** It has shown a token, or is closed. One that is not known changes nothing. */
  delete(socket: Socket): void {
    const network = this.#networks.get(socket)
    if (network === undefined) return
    this.#networks.delete(socket)
    const sockets = this.#sockets.get(network)
    sockets?.delete(socket)
    if (sockets?.size === 0) this.#sockets.delete(network)
  }

  /**
   * The one that goes first: the oldest of the address that has the most, or of all where none has more than is usual.
   * Undefined where every connection has shown a token.
   */
  first(): Socket | undefined {
    let most: Iterable<Socket> = this.#networks.keys()
    let mostCount = usualPerAddress
    for (const sockets of this.#sockets.values()) {
      if (sockets.size > mostCount) [most, mostCount] = [sockets, sockets.size]
    }
    const [first] = most
    return first
  }
}

/** One machine has one IPv4 address, but a whole network of IPv6 addresses: the first 64 bits count. */
export function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '')
  if (!isIPv6(plain)) return plain
  const [head = '', tail] = plain.split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? [] : Array(8 - before.length - after.length).fill('0')
  return `${[...before, ...zeros, ...after].slice(0, 4).join(':')}::/64`
}
