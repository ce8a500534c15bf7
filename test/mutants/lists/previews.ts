/** Breaks of previews first: what comes first, what they tell, and what they stand for. */
import type { Break } from '../break.ts'

const main = 'test/main/previews.test.ts'

export const previewBreaks: readonly Break[] = [
  {
    id: 'originals-do-not-wait-for-previews',
    keeps: ['R17'],
    file: 'src/main/client/previews.ts',
    find: 'const isHeld = sendable > 0 || isGrowing(batchId)',
    replace: 'const isHeld = sendable < 0 || isGrowing(batchId)',
    noticedBy: { [main]: 'arrive before the first original is begun' },
  },
  {
    id: 'paused-previews-hold-originals-for-ever',
    keeps: ['R17'],
    file: 'src/main/queue/totals.ts',
    find: 'return this.activeFiles + this.#counts.queued\n',
    replace: 'return this.activeFiles + this.#counts.queued + this.#counts.paused\n',
    noticedBy: { [main]: 'hold nobody up once they are paused' },
  },
  {
    id: 'original-in-place-of-a-preview',
    keeps: ['R17'],
    file: 'src/main/pipeline/prepare.ts',
    find: "if (result.kind === 'problem') throw new LeftOut({ by: 'no-preview' })",
    replace:
      "if (result.kind === 'problem') return { payload: null, note: { kind: 'original-kept', reason: 'raw' } }",
    noticedBy: { [main]: 'in a folder of their own, one for each shot' },
  },
  {
    id: 'preview-costs-the-inbox-copy',
    keeps: ['R3', 'R17'],
    file: 'src/main/client/previews.ts',
    find: '    staged: false,\n',
    replace: '',
    noticedBy: { [main]: 'never cost the copy that the original is sent from' },
  },
  {
    id: 'previews-are-counted-as-dropped',
    keeps: ['R17', 'T6'],
    file: 'src/main/queue/item-list.ts',
    find: 'if (!item.isPreview) this.#originals.add(item)',
    replace: 'this.#originals.add(item)',
    noticedBy: { [main]: 'are in no count of what was dropped' },
  },
]
