/** Breaks of sets: what belongs to one shot, and what its row says. */
import type { Break } from '../break.ts'

const names = 'test/shared/file-sets.test.ts'
const list = 'test/renderer/store/sets.test.ts'
const main = 'test/main/sets.test.ts'

export const sets: readonly Break[] = [
  {
    id: 'set-is-done-by-its-main-file',
    keeps: ['R15', 'T6'],
    file: 'src/renderer/store/row-sets.ts',
    find: '    state: first.state,\n',
    replace: '    state: main.state,\n',
    noticedBy: { [list]: 'is never done while a file of it is not' },
  },
  {
    id: 'set-remembers-what-it-was',
    keeps: ['R15', 'R7'],
    file: 'src/renderer/store/row-table.ts',
    find: '    this.#sets.change(after.id)\n',
    replace: '',
    noticedBy: { [list]: 'follows every change of its files' },
  },
  {
    id: 'filtered-set-stands-for-all-its-files',
    keeps: ['R15'],
    file: 'src/renderer/store/list-query.ts',
    find: '.filter((id) => wanted.has(id))',
    replace: '',
    noticedBy: { [list]: 'stands for those alone' },
  },
  {
    id: 'two-shots-of-one-name-are-one',
    keeps: ['R15'],
    file: 'src/shared/file-sets.ts',
    find: '  if (!isOneShot) return files.map((file) => [file])\n',
    replace: '',
    noticedBy: { [names]: 'are none' },
  },
  {
    id: 'set-in-receipt-is-complete-by-its-stored-files',
    keeps: ['R15', 'T6'],
    file: 'src/main/client/receipt-sets.ts',
    find: 'setsOf([...stored, ...unstored, ',
    replace: 'setsOf([...stored, ',
    noticedBy: { [main]: 'are incomplete in every receipt' },
  },
  {
    id: 'incomplete-sets-go-unsaid-in-the-terminal',
    keeps: ['R15'],
    file: 'src/main/terminal/report-lines.ts',
    find: 'stored + skipped < files)',
    replace: 'stored > files + skipped)',
    noticedBy: { [main]: 'are named in the terminal' },
  },
  {
    id: 'files-of-a-shot-lie-apart-in-the-queue',
    keeps: ['R15'],
    file: 'src/main/intake/scan.ts',
    find: 'return besideEachOther(named, ({ name, isFolder }) => (isFolder ? null : name))',
    replace: 'return named',
    noticedBy: { [main]: 'stand beside each other in the queue' },
  },
]
