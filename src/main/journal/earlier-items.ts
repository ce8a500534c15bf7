/** Items as earlier versions wrote them into the journal, in the words of this one. */

interface EarlierItem {
  readonly size?: unknown
  readonly payload?: { readonly size?: unknown } | null
  readonly note?: { readonly kind?: unknown; readonly reason?: unknown } | null
  readonly state?: { readonly status?: unknown }
}

/**
 * Skipped files were canceled with a note of the rule, and empty ones done with a note that they are empty; both have a
 * status of their own now.
 * @param value an item of any version, not checked yet; what is no item is returned as it is
 */
export function ofEarlierVersion(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  const item: EarlierItem = value
  const { note, state } = item
  const hadOwnNote = note?.kind === 'skipped' || note?.kind === 'empty'
  const unnoted = hadOwnNote ? { ...item, note: null } : item
  if (note?.kind === 'skipped' && state?.status === 'canceled') {
    return { ...unnoted, state: { status: 'skipped', reason: note.reason } }
  }
  const isEmpty = (item.payload?.size ?? item.size) === 0
  return isEmpty && state?.status === 'done' ? { ...unnoted, state: { ...state, status: 'empty' } } : unnoted
}
