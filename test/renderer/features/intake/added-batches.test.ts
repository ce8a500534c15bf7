/** Adding files that are already in the list is answered with a message, and only then. */
import { beforeEach, expect, it } from 'vitest'
import {
  alertIfNothingNew,
  watchAddedBatches,
} from '../../../../src/renderer/features/intake/added-batches.ts'
import { useAlerts } from '../../../../src/renderer/store/alert-store.ts'
import { batch, event, totals } from '../../rows.ts'

const said = () => useAlerts.getState().alerts.map((alert) => alert.message)
beforeEach(() => useAlerts.setState({ alerts: [] }))

it('says so when the batch goes without ever having had a file, shown before or not', () => {
  alertIfNothingNew(['one'], 'Nothing in one')
  alertIfNothingNew(['two'], 'Nothing in two')
  watchAddedBatches(event({ batches: [batch('one', 1, { totals: totals({}), scanning: true })] }))
  expect(said()).toEqual([])
  watchAddedBatches(event({ removedBatchIds: ['one', 'two'] }))
  expect(said()).toEqual(['Nothing in one', 'Nothing in two'])
})

it('says so too when the batch was gone before the answer came', () => {
  watchAddedBatches(event({ removedBatchIds: ['early'] }))
  alertIfNothingNew(['early'], 'Nothing new')
  expect(said()).toEqual(['Nothing new'])
})

it('says nothing of a batch with files, nor after it is cleared, nor of what went unseen', () => {
  alertIfNothingNew(['full', 'unseen'], 'Nothing new')
  watchAddedBatches(event({ batches: [batch('full', 1, { totals: totals({ queued: 1 }) })] }))
  watchAddedBatches(event({ removedBatchIds: ['full'] }))
  watchAddedBatches(event({ reset: true }))
  watchAddedBatches(event({ removedBatchIds: ['unseen'] }))
  expect(said()).toEqual([])
})
