/** Breaks of watched folders. */
import type { Break } from '../break.ts'

const folder = 'test/main/watching/watched-folder.test.ts'
const inApp = 'test/main/watching/watched-in-app.test.ts'

export const watching: readonly Break[] = [
  {
    id: 'nothing-is-found-after-a-restart',
    keeps: ['R3'],
    file: 'src/main/watching/watched-folder.ts',
    find: 'if (isElsewhere || performance.now() >= this.#nextReadingMs) await',
    replace: 'if (performance.now() < 0) await',
    noticedBy: { [folder]: 'finds after a restart what came meanwhile' },
  },
  {
    id: 'changed-file-is-taken-for-stored',
    keeps: ['R7'],
    file: 'src/main/watching/folder-reader.ts',
    find: '    if (changed.length > 0) await list.again(changed)\n',
    replace: '',
    noticedBy: { [folder]: 'sends a changed file again' },
  },
  {
    id: 'file-that-was-taken-off-the-list-comes-again',
    keeps: ['R3'],
    file: 'src/main/client/watched-folders.ts',
    find: '    for (const { folder } of this.#watching.values()) folder.leave(items)\n',
    replace: '',
    noticedBy: { [inApp]: 'keeps away from the list what the person took off it' },
  },
  {
    id: 'file-that-a-drop-stored-is-sent-again',
    keeps: ['R3'],
    file: 'src/main/client/watched-files.ts',
    find: "    return status === 'done' ? hasSameContentTime(item, find) : !isFinished(status)\n",
    replace: '    return hasSameContentTime(item, find) && !isFinished(status)\n',
    noticedBy: { [inApp]: 'does not upload again what a drop has stored there' },
  },
  {
    id: 'file-that-comes-to-a-moved-drive-is-missed',
    keeps: ['R3'],
    file: 'src/main/client/watched-folders.ts',
    find: "({ likeness }) => likeness === 'same'",
    replace: '() => false',
    noticedBy: { [inApp]: 'goes on where that is connected again' },
  },
]
