import { describe, expect, it } from 'vitest'
import { failureLines } from '../../../src/main/terminal/report-lines.ts'

describe('failures in the terminal', () => {
  it('are told one by one while they are few, and together where a thousand have one reason', () => {
    const denied = { relativePath: 'Shoot/a.jpg', reason: 'a.jpg cannot be opened: permission denied.' }
    const refused = Array.from({ length: 1000 }, (_, index) => ({
      relativePath: `Shoot/${index}.jpg`,
      reason: 'The token is wrong.',
    }))
    expect(failureLines([denied, ...refused])).toEqual([
      'FAILED  Shoot/a.jpg: a.jpg cannot be opened: permission denied.',
      'FAILED  1000 files: The token is wrong.',
      '        Shoot/0.jpg',
      '        Shoot/1.jpg',
      '        Shoot/2.jpg',
      '        … and 997 more',
    ])
  })

  it('of thousands of reasons say how many more there are', () => {
    const lines = failureLines(
      Array.from({ length: 1000 }, (_, index) => ({ relativePath: `${index}.jpg`, reason: `no ${index}` })),
    )
    expect(lines).toHaveLength(21)
    expect(lines.at(-1)).toBe('… and 980 more')
  })

  it('show what a name does to a terminal instead of doing it', () => {
    const name = 'a\u001b[2J\u0007\n\u202egpj.exe 婚礼 💒 👩‍🎨.jpg'
    expect(failureLines([{ relativePath: name, reason: 'gone' }])).toEqual([
      'FAILED  a\\x1b[2J\\x07\\x0a\\u202egpj.exe 婚礼 💒 👩‍🎨.jpg: gone',
    ])
  })
})
