/** Why the queue stops a running item: reasons of an AbortSignal, not errors. */

export type StopKind = 'pause' | 'cancel' | 'quit' | 'server-changed' | 'held' | 'gave-up'

/** What an item's signal is aborted with. */
export class StopReason {
  readonly kind: StopKind

  constructor(kind: StopKind) {
    this.kind = kind
  }
}
