/** What is between this computer and the servers right now: handed to the network, not yet answered for. In memory only. */

interface Flight {
  bytes: number
}

/** Bytes and times of everything under way; times are ms since 1970. */
export class Traffic {
  readonly #flights = new Map<string, Flight>()
  readonly #onAcknowledged: (itemId: string, bytes: number) => void
  #total = 0
  #sinceMs: number | null = null

  /** @param onAcknowledged called with the bytes of every chunk that a server has taken */
  constructor(onAcknowledged: (itemId: string, bytes: number) => void) {
    this.#onAcknowledged = onAcknowledged
  }

  /** Bytes of an item that nobody has answered for yet. */
  of(itemId: string): number {
    return this.#flights.get(itemId)?.bytes ?? 0
  }

  get total(): number {
    return this.#total
  }

  /** Since when nothing was answered although bytes are under way; null when none are. */
  get silentSinceMs(): number | null {
    return this.#sinceMs
  }

  sending(itemId: string, bytes: number): void {
    const flight = this.#flights.get(itemId) ?? { bytes: 0 }
    flight.bytes += bytes
    this.#flights.set(itemId, flight)
    this.#total += bytes
    this.#sinceMs ??= Date.now()
  }

  acknowledged(itemId: string, bytes: number): void {
    const flight = this.#flights.get(itemId)
    if (flight) this.#land(flight, bytes)
    this.#sinceMs = this.#total > 0 ? Date.now() : null
    this.#onAcknowledged(itemId, bytes)
  }

  /** Nothing of an item is under way any more, whether it was answered for or not. */
  ended(itemId: string): void {
    const flight = this.#flights.get(itemId)
    if (!flight) return
    this.#land(flight, flight.bytes)
    this.#flights.delete(itemId)
    if (this.#total === 0) this.#sinceMs = null
  }

  #land(flight: Flight, bytes: number): void {
    const landed = Math.min(bytes, flight.bytes)
    flight.bytes -= landed
    this.#total -= landed
  }
}
