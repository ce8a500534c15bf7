/**
 * What servers that share a ledger agree upon: which of them is at work on what. A claim is no promise about rows or
 * bytes, those are guarded by the ledger's own constraints: it keeps two servers from doing the same work at once.
 */
export interface Claims {
  /**
   * Takes the name for this server until `release`, or until the server dies or loses its database, whichever is first.
   * A name that this server has already must not be taken again.
   * @param onLost the claim ended without `release`: another server may have the name now
   * @returns false while another server has it
   * @throws UploadError `server-unreachable` while the database is away
   */
  take(name: string, onLost: () => void): Promise<boolean>
  /** Whether any server has the name now, this one included. */
  isTaken(name: string): Promise<boolean>
  /** Gives the name back; nothing happens when the claim was lost. */
  release(name: string): void
}
