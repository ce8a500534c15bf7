import { expect, it } from 'vitest'
import { logInto } from '../../server/monitoring/log.ts'
import { englishOutcome } from '../../src/main/desktop/outcome-text.ts'
import { batchName } from '../../src/renderer/text/batch-name.ts'
import { errorText } from '../../src/renderer/text/error-text.ts'
import { t } from '../../src/renderer/text/i18n.ts'
import type { Outcome } from '../../src/shared/outcome.ts'
import { escapeControls } from '../../src/shared/protocol/escape-controls.ts'

/** Escape, bell, line feed, tab, delete, C1, both separators, and every sign that turns the direction of writing. */
const hostile = [
  ...[
    0x00, 0x07, 0x09, 0x0a, 0x0d, 0x1b, 0x7f, 0x80, 0x85, 0x9b, 0x9f, 0x61c, 0x200e, 0x200f, 0x2028, 0x2029,
  ],
  ...[0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069],
].map((code) => String.fromCharCode(code))
const name = `a${hostile.join('b')}c.jpg`
const isClean = (text: string) => !hostile.some((sign) => text.includes(sign))

it('spells out every control character and leaves all others', () => {
  expect(escapeControls('photo\u202egpj.exe')).toBe('photo\\u202egpj.exe')
  expect(escapeControls('\x1b[2J\x9b')).toBe('\\x1b[2J\\x9b')
  expect(isClean(escapeControls(name))).toBe(true)
  for (const plain of ['照片 1.jpg', 'é', 'e\u0301', '👩‍👩‍👧', 'שלום.jpg', '\'"<>&.jpg'])
    expect(escapeControls(plain)).toBe(plain)
})

it('is what the window shows of names: in its sentences, of batches and of errors', () => {
  expect(t('history.to', { server: 'a\u202eb <c>' })).toContain('a\\u202eb <c>')
  expect(isClean(batchName(name))).toBe(true)
  expect(isClean(errorText({ code: 'internal', message: `Can't read ${name}` }))).toBe(true)
})

it('is what a notification shows of a batch', () => {
  const outcome = { stored: 1, copies: 0, dropped: 1, level: 'all-stored' } as Outcome
  const { title } = englishOutcome.batch(name, outcome, { bytes: 1, activeMs: 1 })
  expect(isClean(title)).toBe(true)
})

it.each(['json', 'pretty'] as const)(
  "is what the server's %s log holds, whose values stay exact",
  (format) => {
    const lines: string[] = []
    const log = logInto({ level: 'info', format }, { write: (line) => void lines.push(line) })
    log.info({ path: name }, 'stored')
    const [line = ''] = lines
    expect(line.endsWith('\n')).toBe(true)
    expect(isClean(line.slice(0, -1))).toBe(true)
    if (format === 'json') expect(JSON.parse(line).path).toBe(name)
  },
)
