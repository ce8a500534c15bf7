/** Groups failed files by reason, most frequent first, so that a hundred failures can be read as three. */
import type { ErrorCode, ErrorInfo } from '../../../shared/protocol/errors.ts'
import type { RowTable } from '../../store/row-table.ts'

export interface FailureGroup {
  readonly code: ErrorCode
  readonly ids: readonly string[]
  /** The error of the first of them; the others differ in names at most. */
  readonly example: ErrorInfo
}

/** @param ids files that failed or not; the latter are ignored */
export function failureGroups(table: RowTable, ids: readonly string[]): readonly FailureGroup[] {
  const groups = new Map<ErrorCode, { ids: string[]; example: ErrorInfo }>()
  for (const id of ids) {
    const state = table.row(id)?.state
    if (state?.status !== 'failed') continue
    const group = groups.get(state.error.code)
    if (group === undefined) groups.set(state.error.code, { ids: [id], example: state.error })
    else group.ids.push(id)
  }
  return [...groups]
    .map(([code, group]) => ({ code, ...group }))
    .sort((a, b) => b.ids.length - a.ids.length || a.code.localeCompare(b.code))
}
