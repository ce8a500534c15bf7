/** The questions before files are lost from the queue, while more files arrive. */
import { expect, it } from 'vitest'
import type { RunCommand } from '../../../../src/renderer/bridge/use-bridge.ts'
import { cancelAll, removeFiles } from '../../../../src/renderer/features/file-actions/ask-first.ts'
import { answerConfirmation, useConfirmation } from '../../../../src/renderer/store/confirmation-store.ts'

const target = { batchIds: ['batch'] }
const title = () => {
  const { opened, question } = useConfirmation.getState()
  return opened ? question?.title : null
}

/** Main with so many files that would be lost. */
function main(files: number) {
  const agreed: unknown[] = []
  const run = async (_name: string, input: { agreed: number }) => {
    agreed.push(input.agreed)
    return files > input.agreed ? { removed: 0, undoId: null, tooMany: files } : { removed: 0, undoId: null }
  }
  return { agreed, run: run as unknown as RunCommand }
}

it('asks again with the new count before more files are canceled than the person agreed to', async () => {
  const { agreed, run } = main(5)
  const over = cancelAll(run, target, 3)
  expect(title()).toBe('Cancel 3 files?')
  answerConfirmation(true)
  await expect.poll(title).toBe('Cancel 5 files?')
  expect(useConfirmation.getState().question?.lead).toContain('More files have arrived')
  answerConfirmation(true)
  await over
  expect([agreed, title()]).toEqual([[3, 5], null])
})

it('does nothing more once the person says no to the new count', async () => {
  const { agreed, run } = main(5)
  const over = removeFiles(run, 'queue.remove', target, 3)
  answerConfirmation(true)
  await expect.poll(title).toBe('Remove 5 files that are not stored?')
  answerConfirmation(false)
  await over
  expect(agreed).toEqual([3])
})

it('asks about files that are not stored though there were none when the command was given', async () => {
  const { agreed, run } = main(1)
  const over = removeFiles(run, 'queue.removeFinished', target, 0)
  await expect.poll(title).toBe('Remove 1 file that is not stored?')
  answerConfirmation(true)
  await over
  expect(agreed).toEqual([0, 1])
})
