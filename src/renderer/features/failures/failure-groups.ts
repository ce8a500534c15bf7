/** Failed files by their reason, the most frequent first, so that a hundred failures are read as three. Pure. */
import type { ErrorCode, ErrorInfo } from '../../../shared/protocol/errors.ts'
import type { RowTable } from '../../store/row-table.ts'

export interface FailureGroup {
  readonly code: ErrorCode
  readonly ids: readonly string[]
  /** What the first of them said; the others differ in names at most. */
  readonly example: ErrorInfo
}

/** @param ids files to look at; those that did not fail are passed over */
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
