/** Breaks of watched folders. */
import type { Break } from '../break.ts'

const folder = 'test/main/watching/watched-folder.test.ts'

export const watching: readonly Break[] = [
  {
    id: 'nothing-is-found-after-a-restart',
    keeps: ['R3'],
    file: 'src/main/watching/watched-folder.ts',
    find: '    await this.#work(() => this.#readAll())\n    this.#scheduleReread()\n',
    replace: '    this.#scheduleReread()\n',
    noticedBy: { [folder]: 'finds after a restart what came meanwhile' },
  },
  {
    id: 'changed-file-is-taken-for-stored',
    keeps: ['R7'],
    file: 'src/main/watching/watched-folder.ts',
    find: '    if (changed.length > 0) await again(changed)\n',
    replace: '',
    noticedBy: { [folder]: 'sends a changed file again' },
  },
]
