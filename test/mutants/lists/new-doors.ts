/** Breaks of what clients without digests may do, of lists, and of what the terminal brings back. */
import type { Break } from '../break.ts'

const documents = 'test/server/document-clients.test.ts'
const listing = 'test/server/listing.test.ts'
const commands = 'test/main/terminal/library-commands.test.ts'

export const newDoors: readonly Break[] = [
  {
    id: 'senders-of-all-tokens-are-one',
    keeps: ['R3'],
    file: 'server/uploads/by-name/find-named.ts',
    find: 'JSON.stringify([protocol, token, address, fileName])',
    replace: 'JSON.stringify([protocol, address, fileName, token.length])',
    noticedBy: { [documents]: 'of several tokens never mix' },
  },
  {
    id: 'hole-in-the-middle-is-taken',
    keeps: ['R1'],
    file: 'server/uploads/by-name/find-named.ts',
    find: '  if (chunkIndex <= count) return\n',
    replace: '  if (count >= 0) return\n',
    noticedBy: { [documents]: 'never complete a file with a hole' },
  },
  {
    id: 'two-files-mix-after-a-conflict',
    keeps: ['R3'],
    file: 'server/uploads/by-name/find-named.ts',
    find: '    if (isOfIt && !(await uploads.ledger.isContested(found.taskId))) return found\n',
    replace: '    if (isOfIt) return found\n',
    also: [{ find: '  if (await ledger.isContested(taskId)) throw mixed()\n', replace: '' }],
    noticedBy: { [documents]: 'are refused with other bytes while an upload lives' },
  },
  {
    id: 'begins-anew-at-once',
    keeps: ['R3'],
    file: 'server/uploads/by-name/find-named.ts',
    find: '  if (await isAlive(uploads, task)) {\n',
    replace: '  if (uploads.now() < 0) {\n',
    noticedBy: { [documents]: 'are refused with other bytes while an upload lives' },
  },
  {
    id: 'file-without-digest-not-proved',
    keeps: ['R1', 'T4'],
    file: 'server/uploads/by-name/complete-named.ts',
    find: '    await refuseMixed(uploads, task)\n    await refuseUnproven(uploads, task)\n',
    replace: '    await refuseMixed(uploads, task)\n',
    noticedBy: { [documents]: 'are asked for chunks that the disk has with other bytes' },
  },
  {
    id: 'list-of-a-token-begins-above-its-folder',
    keeps: ['S1', 'S2'],
    file: 'server/uploads/library.ts',
    find: '    filesFrom: async (path, most) => onlyOwn(await ledger.filesFrom(path, most)),\n',
    replace:
      '    filesFrom: (path, most) => ledger.filesFrom(path.slice(library.folder.length + 1), most),\n',
    noticedBy: { [listing]: 'of a token with a folder knows nothing else' },
  },
  {
    id: 'content-of-others-found-by-its-digest',
    keeps: ['S2'],
    file: 'server/uploads/library.ts',
    find: '    filesWithContent: async (size, sha256) => onlyOwn(await ledger.filesWithContent(size, sha256)),\n',
    replace: '    filesWithContent: (size, sha256) => ledger.filesWithContent(size, sha256),\n',
    noticedBy: { [listing]: 'of a token with a folder knows nothing else' },
  },
  {
    id: 'server-chooses-where-files-go',
    keeps: ['S1'],
    file: 'src/main/library/local-path.ts',
    find: '  if (!parts.some(isUnsafe)) return join(folder, ...parts)\n',
    replace: '  if (parts.length > 0 || parts.some(isUnsafe)) return join(folder, ...parts)\n',
    noticedBy: { [commands]: 'writes nothing outside the folder' },
  },
  {
    id: 'what-came-is-not-compared',
    keeps: ['R1'],
    file: 'src/main/library/get-file.ts',
    find: '  if (!isRight) {\n',
    replace: '  if (!isRight && download.size < 0) {\n',
    noticedBy: { [commands]: 'goes on over connections that break' },
  },
  {
    id: 'file-of-the-person-is-replaced',
    keeps: ['R2'],
    file: 'src/main/library/get-file.ts',
    find: '  if (await isThere(file, target)) return',
    replace: '  if (await isThere(file, target).catch(() => rm(target))) return',
    noticedBy: { [commands]: 'replaces nothing that is there' },
  },
]
