import { expect, it } from 'vitest'
import {
  isPutOff,
  putOffQuestion,
  reopenQuestion,
  useQuestions,
} from '../../../src/renderer/store/question-store.ts'
import type { ServerQuestion, ServerState } from '../../../src/shared/feed.ts'

const certificate = (shown: string): ServerQuestion => ({ kind: 'certificate', trusted: 'A', shown })

function asking(question: ServerQuestion | null, sinceMs = 1): ServerState {
  const error = { code: 'certificate-changed', message: 'x' } as const
  const trouble = { error, sinceMs, nextTryMs: null, question }
  return {
    id: 'studio',
    name: '',
    url: 'https://studio',
    bundled: false,
    reachability: 'unreachable',
    trouble,
  }
}

const putOff = (server: ServerState) => isPutOff(useQuestions.getState(), server)

it('keeps a question away that was put off, until it changes or the server was well in between', () => {
  putOffQuestion(asking(certificate('B')))
  expect(putOff(asking(certificate('B')))).toBe(true)
  expect(putOff(asking(certificate('C')))).toBe(false)
  expect(putOff(asking(certificate('B'), 2))).toBe(false)
  expect(putOff({ ...asking(certificate('B')), id: 'other' })).toBe(false)
  expect(putOff(asking(null))).toBe(false)
})

it('shows a question again that the person opens', () => {
  putOffQuestion(asking(certificate('B')))
  reopenQuestion('studio')
  expect(putOff(asking(certificate('B')))).toBe(false)
})
