/** Breaks of where files go at the server. */
import type { Break } from '../break.ts'

const names = 'test/shared/destination.test.ts'
const main = 'test/main/destination.test.ts'

export const destinations: readonly Break[] = [
  {
    id: 'metadata-becomes-a-path',
    keeps: ['S1'],
    file: 'src/shared/destination.ts',
    find: "path.split('/').map(legalPart).join('/')",
    replace: 'path',
    noticedBy: { [names]: 'of any template and any metadata' },
  },
  {
    id: 'same-name-is-taken-for-stored',
    keeps: ['R3', 'R9'],
    file: 'src/main/pipeline/place.ts',
    find: '  if (!isSame) throw',
    replace: '  if (isSame) throw',
    noticedBy: { [main]: 'by other bytes is kept beside it, or skipped' },
  },
  {
    id: 'template-gives-a-name-twice',
    keeps: ['R3'],
    file: 'src/main/client/placing.ts',
    find: '      if (owner !== item.id) continue\n',
    replace: '',
    noticedBy: { [main]: 'never share a name that a template gives twice' },
  },
]
