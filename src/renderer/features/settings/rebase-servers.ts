/** The servers of a draft upon a newer list: by server and by field, so that no token, pin or server of another window is lost. */
import type { ServerDraft } from './settings-draft.ts'
import { type FieldOutcome, mergedFields, same, type Versions } from './three-way.ts'

type Servers = readonly ServerDraft[]

/**
 * In the newer list's order, then those that exist here only.
 * @param onOutcome called with `servers.<id>` for a server that came or went, `servers.<id>.<field>` for one that changed
 */
export function mergedServers(
  { base, newer, edited }: Versions<Servers>,
  onOutcome: (field: string, outcome: FieldOutcome) => void,
): Servers {
  const ids = new Set([...newer, ...edited, ...base].map(({ id }) => id))
  const find = (servers: Servers, id: string) => servers.find((server) => server.id === id)
  return [...ids].flatMap((id) => {
    const versions = { base: find(base, id), newer: find(newer, id), edited: find(edited, id) }
    return merged(versions, (part, outcome) => onOutcome(`servers.${id}${part}`, outcome)) ?? []
  })
}

/** Undefined: it is not on the list. */
function merged(
  { base, newer, edited }: Versions<ServerDraft | undefined>,
  onOutcome: (part: string, outcome: FieldOutcome) => void,
): ServerDraft | undefined {
  if (newer && edited) {
    return mergedFields({ base: base ?? newer, newer, edited }, (field, outcome) =>
      onOutcome(`.${field}`, outcome),
    )
  }
  if (same(base, newer)) return edited
  // One of the two sides removed it, or it is new at the other.
  const isUntouchedHere = same(base, edited)
  onOutcome('', isUntouchedHere ? 'changed' : 'contested')
  return isUntouchedHere ? newer : edited
}
