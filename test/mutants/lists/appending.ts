/** Breaks of what clients rely on that append to a file: tus and resumable uploads over HTTP. */
import type { Break } from '../break.ts'

const tus = 'test/server/tus.test.ts'
const deferred = 'test/server/tus-deferred.test.ts'

export const appending: readonly Break[] = [
  {
    id: 'tus-keeps-bytes-of-a-wrong-checksum',
    keeps: ['R5', 'R2'],
    file: 'server/uploads/appending/append-bytes.ts',
    find: "  if (hash?.digest('hex') !== checksum?.hex) throw new ChecksumMismatch()\n",
    replace: '',
    noticedBy: { 'test/server/tus-protocol.test.ts': 'keeps none of the others (460)' },
  },
  {
    id: 'tus-forgets-to-go-back-after-a-wrong-checksum',
    keeps: ['R5', 'R2'],
    file: 'server/uploads/appending/append-bytes.ts',
    find: '      if (snapshot !== undefined) uploads.tails.restore(taskId, tail, snapshot)\n',
    replace: '',
    noticedBy: { 'test/server/tus-protocol.test.ts': 'keeps none of the others (460)' },
  },
  {
    id: 'tus-tells-a-full-offset-of-what-was-lost',
    keeps: ['R1', 'T4'],
    file: 'server/routes/dialects/tus/data-store.ts',
    find: 'const offset = received === size ? await this.#offsetAfterLoss(id) : received',
    replace: 'const offset = received',
    noticedBy: { [tus]: 'of bytes that nobody remembers' },
  },
  {
    id: 'tus-does-not-prove-what-is-on-the-disk',
    keeps: ['R1', 'T4'],
    file: 'server/uploads/appending/append-bytes.ts',
    find: '  if (task !== undefined && digests === undefined) await refuseUnproven(uploads, task)\n',
    replace: '',
    noticedBy: { [tus]: 'of bytes that nobody remembers' },
  },
  {
    id: 'tus-success-before-the-file-is-stored',
    keeps: ['R1'],
    file: 'server/routes/dialects/tus/data-store.ts',
    find: 'end < task.size || (await this.#finish(taskId))) return end',
    replace: 'end < task.size || this.#finish(taskId)) return end',
    noticedBy: { 'test/server/sync-order.test.ts': 'by tus' },
  },
  {
    id: 'tus-tells-a-full-offset-after-a-death',
    keeps: ['R1'],
    file: 'server/routes/dialects/tus/data-store.ts',
    find: '    if (received === size && (await this.#finish(id))) return this.getUpload(id)\n',
    replace: '',
    noticedBy: { [tus]: 'is told of success only once the file is stored' },
  },
  {
    id: 'last-chunk-of-a-stated-length-never-counts',
    keeps: ['R1'],
    file: 'server/uploads/appending/append-bytes.ts',
    find: '  if (task !== undefined && tail !== undefined) await countLastChunk(uploads, task, tail)\n',
    replace: '',
    noticedBy: { [deferred]: 'is stored once it is stated' },
  },
  {
    id: 'stated-length-changes',
    keeps: ['R2', 'R5'],
    file: 'server/uploads/appending/growing.ts',
    find: '    if (task.size !== unknownBytes) throw new OtherLength(`The file has ${task.size} bytes, not ${size}.`)\n',
    replace: '',
    noticedBy: { [deferred]: 'never another' },
  },
  {
    id: 'upload-without-an-end-is-completed',
    keeps: ['R1', 'R2'],
    file: 'server/uploads/finishing/verify.ts',
    find: '  if (isOpenEnded(task)) throw sizeUnknown()\n',
    replace: '',
    noticedBy: { [deferred]: 'cannot be completed by another protocol' },
  },
  {
    id: 'bytes-behind-the-end-stay',
    keeps: ['R1', 'R10'],
    file: 'server/uploads/appending/tail-writer.ts',
    find: 'endsFile: !isOpenEnded(this.#task) && this.#chunkIndex === total - 1,',
    replace: 'endsFile: false,',
    noticedBy: { [deferred]: 'may end before what the server had' },
  },
  {
    id: 'upload-of-unknown-length-without-a-limit',
    keeps: ['S5', 'T8'],
    file: 'server/uploads/appending/tail-writer.ts',
    find: 'return isOpenEnded(this.#task) ? this.#uploads.limits.maxFileSize : this.#task.size\n',
    replace: 'return isOpenEnded(this.#task) ? Number.MAX_SAFE_INTEGER : this.#task.size\n',
    noticedBy: { [deferred]: 'nor more than the server accepts' },
  },
]
