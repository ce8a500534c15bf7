/** Failed files grouped by reason. */
import { expect, it } from 'vitest'
import { failureGroups } from '../../../../src/renderer/features/failures/failure-groups.ts'
import { RowTable } from '../../../../src/renderer/store/row-table.ts'
import { event, row } from '../../rows.ts'

const failed = (code: 'source-missing' | 'unauthorized') =>
  ({ status: 'failed', error: { code, message: `${code}.` } }) as const

it('groups failures by reason, the most frequent first', () => {
  const table = new RowTable()
  const items = [
    row(1, { state: failed('source-missing') }),
    row(2),
    row(3, { state: failed('unauthorized') }),
    row(4, { state: failed('source-missing') }),
  ]
  table.apply(event({ reset: true, items }))
  const groups = failureGroups(table, table.ids(null))
  expect(groups.map(({ code, ids }) => [code, ids])).toEqual([
    ['source-missing', ['item-1', 'item-4']],
    ['unauthorized', ['item-3']],
  ])
  expect(groups[0]?.example.message).toBe('source-missing.')
})
