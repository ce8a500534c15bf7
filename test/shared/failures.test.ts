/** Compares the table of docs/failures.md with the code, row by row. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { decide, isCounted } from '../../src/main/queue/retry-policy.ts'
import { errorCodes, failureKinds, UploadError } from '../../src/shared/protocol/errors.ts'

const file = new URL('../../docs/failures.md', import.meta.url)
const record = { attempts: 0, maxRetries: 3, progressed: false }

/** The rows of the table that begin with a code, each as its cells. */
const rows = readFileSync(file, 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  )

describe('the table of failures', () => {
  it('names every code once, and no other', () => {
    expect(rows.map(([code]) => code).sort()).toEqual([...errorCodes].sort())
  })

  it.each(errorCodes)('says of %s what the code does', (code) => {
    const [, seenWhen, whose, recovery, counted, seen, end] = rows.find(([name]) => name === code) ?? []
    expect({ fault: whose, recovery }).toEqual(failureKinds[code])
    for (const sentence of [seenWhen, seen, end]) expect(sentence).toMatch(/\w{3}/)
    if (counted === '–') return
    const verdict = decide(new UploadError(code, 'x'), record, 0.5)
    expect(counted).toBe(isCounted(verdict) ? 'yes' : 'no')
  })
})
